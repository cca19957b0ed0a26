import { assertEquals } from "@std/assert";
import type { AudioState } from "../../../src/web/client/api.ts";
import { AudioDevice } from "../../../src/web/client/audio_device.ts";
import type { AudioContextLike } from "../../../src/web/client/web_audio.ts";
import { settle } from "../../helpers/fake_clock.ts";

/** An audio context and its devices, as a browser has them. */
class Bench {
  readonly told: AudioState[] = [];
  readonly context = new FakeContext();
  readonly devices: FakeDevices;
  readonly device: AudioDevice;

  constructor(state: string, outputs: number) {
    this.context.state = state;
    this.devices = new FakeDevices(outputs);
    this.device = new AudioDevice(
      this.context as unknown as AudioContextLike,
      (state) => this.told.push(state),
      this.devices,
    );
  }
}

class FakeContext extends EventTarget {
  state = "running";
  /** Whether the listener has clicked. */
  mayRun = false;

  turn(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event("statechange"));
  }

  resume(): Promise<void> {
    if (this.mayRun) this.turn("running");
    return Promise.resolve();
  }
}

class FakeDevices extends EventTarget {
  outputs: number;

  constructor(outputs: number) {
    super();
    this.outputs = outputs;
  }

  enumerateDevices(): Promise<{ kind: string }[]> {
    const outputs = Array.from({ length: this.outputs }, () => ({ kind: "audiooutput" }));
    return Promise.resolve([{ kind: "audioinput" }, ...outputs]);
  }

  change(outputs: number): Promise<void> {
    this.outputs = outputs;
    this.dispatchEvent(new Event("devicechange"));
    return settle();
  }
}

Deno.test("a context that waits for a click is blocked until it may run", async () => {
  const { context, device, told } = new Bench("suspended", 1);
  assertEquals(device.state, "blocked");
  await device.unlock();
  assertEquals([device.state, told], ["blocked", []]);
  context.mayRun = true;
  await device.unlock();
  assertEquals([device.state, told], ["running", ["running"]]);
});

Deno.test("an interruption and a closed context are told", () => {
  const { context, told } = new Bench("running", 1);
  context.turn("interrupted");
  context.turn("running");
  context.turn("closed");
  assertEquals(told, ["lost", "running", "closed"]);
});

Deno.test("the last device that goes takes the sound with it, until there is one again", async () => {
  const { devices, device, told } = new Bench("running", 2);
  await settle();
  await devices.change(1);
  assertEquals(told, []);
  await devices.change(0);
  assertEquals([device.state, told], ["lost", ["lost"]]);
  await devices.change(1);
  assertEquals(told, ["lost", "running"]);
});

Deno.test("a browser that does not tell its devices has not lost them", async () => {
  const { devices, device, told } = new Bench("running", 0);
  await settle();
  await devices.change(0);
  assertEquals([device.state, told], ["running", []]);
});

Deno.test("after its end it watches nothing", async () => {
  const { context, devices, device, told } = new Bench("running", 1);
  await settle();
  device.close();
  context.turn("suspended");
  await devices.change(0);
  assertEquals(told, []);
});
