/**
 * The few kinds of panel that the dashboards are made of, with everything that they have in common.
 *
 * @module
 */

import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
  FieldColorBuilder,
  FieldColorModeId,
  MappingType,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as GaugeBuilder } from "@grafana/grafana-foundation-sdk/gauge";
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapBuilder,
  YAxisConfigBuilder,
} from "@grafana/grafana-foundation-sdk/heatmap";
import { DataqueryBuilder, PromQueryFormat } from "@grafana/grafana-foundation-sdk/prometheus";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimelineBuilder } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";

/** The data source that the reader of the dashboard has chosen. */
export const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" };

/** Anything that the SDK builds into a panel. */
export interface PanelSource {
  build(): Panel;
}

/** What all panels have. */
export interface PanelOptions {
  readonly title: string;
  /** In plain words: what is shown, and what is good. */
  readonly description: string;
  /** One of Grafana's units, such as `s`. */
  readonly unit: string;
  /** Expression by its legend; `{{label}}` in a legend is that label's value. */
  readonly queries: Readonly<Record<string, string>>;
  /** Columns of the 24 that the grid has. */
  readonly width: number;
  /** Rows of the grid. */
  readonly height: number;
}

/** Colours and the value from which on each holds; the first holds below. */
export type Colours = readonly [
  lowest: readonly [color: string],
  ...others: (readonly [color: string, from: number])[],
];

/** Options of {@linkcode lines}. */
export interface LinesOptions extends PanelOptions {
  /** Top of the axis. */
  readonly max?: number;
  /** Values at which a dashed line is drawn. */
  readonly marks?: readonly number[];
  /** Shows the traces behind the values, where traces are kept. */
  readonly exemplars?: boolean;
}

/** Options of {@linkcode number}. */
export interface NumberOptions extends PanelOptions {
  /** None: there is no good or bad value. */
  readonly colours?: Colours;
}

/** Values over time. */
export function lines(options: LinesOptions): PanelSource {
  const { marks = [] } = options;
  const panel = new TimeSeriesBuilder()
    .min(0)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .lineWidth(1)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Never)
    .legend(
      new VizLegendOptionsBuilder().displayMode(LegendDisplayMode.List).showLegend(true)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    );
  if (options.max !== undefined) panel.max(options.max);
  if (marks.length > 0) {
    panel.thresholds(thresholds([["green"], ...marks.map((mark) => ["red", mark] as const)]))
      .thresholdsStyle(
        new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
      );
  }
  return filled(panel, options, { exemplars: options.exemplars ?? false });
}

/** One number, large, with its course behind it. */
export function number(options: NumberOptions): PanelSource {
  const panel = new StatBuilder()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
    .graphMode(BigValueGraphMode.Area)
    .colorMode(options.colours === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
    .noValue("-");
  if (options.colours !== undefined) panel.thresholds(thresholds(options.colours));
  return filled(panel, options);
}

/** A dial from 0 to 100. */
export function gauge(options: PanelOptions & { readonly colours: Colours }): PanelSource {
  return filled(
    new GaugeBuilder()
      .min(0)
      .max(100)
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]))
      .thresholds(thresholds(options.colours)),
    options,
  );
}

/** How the observations of a histogram spread over its buckets, over time. */
export function heatmap(options: PanelOptions): PanelSource {
  return filled(
    new HeatmapBuilder()
      .calculate(false)
      .color(
        new HeatmapColorOptionsBuilder().mode(HeatmapColorMode.Scheme).scheme("Oranges")
          .fill("dark-orange").exponent(0.5).steps(64),
      )
      .yAxis(new YAxisConfigBuilder().unit(options.unit)),
    options,
    { format: PromQueryFormat.Heatmap },
  );
}

/** A band per series, coloured by its state; `states` are the texts and colours by value. */
export function bands(
  options: PanelOptions & {
    readonly states: Readonly<Record<string, { readonly text: string; readonly color: string }>>;
  },
): PanelSource {
  return filled(
    new StateTimelineBuilder()
      .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
      .mappings([{ type: MappingType.ValueToText, options: options.states }])
      .legend(new VizLegendOptionsBuilder().showLegend(false))
      .showValue(VisibilityMode.Never)
      .noValue("none"),
    options,
  );
}

/** What the builders of all kinds of panel have in common. */
interface AnyBuilder extends PanelSource {
  title(title: string): unknown;
  description(description: string): unknown;
  unit(unit: string): unknown;
  datasource(source: typeof DATA_SOURCE): unknown;
  span(columns: number): unknown;
  height(rows: number): unknown;
  withTarget(query: DataqueryBuilder): unknown;
}

interface QueryOptions {
  readonly exemplars?: boolean;
  readonly format?: PromQueryFormat;
}

function filled(panel: AnyBuilder, options: PanelOptions, query: QueryOptions = {}): PanelSource {
  const { exemplars = false, format = PromQueryFormat.TimeSeries } = query;
  panel.title(options.title);
  panel.description(options.description);
  panel.unit(options.unit);
  panel.datasource(DATA_SOURCE);
  panel.span(options.width);
  panel.height(options.height);
  for (const [index, [legend, expr]] of Object.entries(options.queries).entries()) {
    const target = new DataqueryBuilder()
      .refId(String.fromCharCode("A".charCodeAt(0) + index))
      .datasource(DATA_SOURCE)
      .expr(expr)
      .legendFormat(legend)
      .format(format)
      .range();
    if (exemplars) target.exemplar(true);
    panel.withTarget(target);
  }
  return panel;
}

function thresholds([[lowest], ...others]: Colours): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
    { value: null, color: lowest },
    ...others.map(([color, value]) => ({ value, color })),
  ]);
}
