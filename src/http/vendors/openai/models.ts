/**
 * `GET /v1/models` and `GET /v1/models/{model}`.
 *
 * @module
 */

import { STATUS_CODE } from "@std/http";
import { openAiModels } from "../../../dialects/openai/models.ts";
import type { Route } from "../../route.ts";
import { refuseOpenAi } from "./refusal.ts";

/** Routes for all models, and for one. */
export interface ModelRoutes {
  readonly list: Route;
  readonly get: Route;
}

/** The routes. */
export function modelRoutes(): ModelRoutes {
  const models = openAiModels();
  return {
    list: () => Response.json({ object: "list", data: [...models.values()] }),
    get: (_request, { params }) => {
      const model = models.get(params.model!);
      return model === undefined ? noModel(params.model!) : Response.json(model);
    },
  };
}

function noModel(id: string): Response {
  const message = `The model '${id}' is not listed here. Speech takes any model's name.`;
  const error = { code: "not_found", message, field: "model" } as const;
  return refuseOpenAi({ status: STATUS_CODE.NotFound, error });
}
