// solo5_console_write (include/solo5.h, § Console): to where WASI's standard output goes, all of it before the call returns.

import * as app from "../host/app";
import { BOUNCE_SIZE } from "../base/limits";
import { COM1, transmit } from "../base/serial";
import { inApplication } from "../wasi/application-memory";
import { bounceAt } from "../wasi/vectors";
import { abortFor } from "./exit";

export function console_write(buffer: u32, bytes: u32): void {
  if (!inApplication(buffer, bytes)) return abortFor("solo5_console_write was given a buffer outside of memory");
  for (let done: u32 = 0; done < bytes; ) {
    const part = min<u32>(bytes - done, BOUNCE_SIZE);
    app.copyIn(bounceAt(), buffer + done, part);
    transmit(COM1, bounceAt(), part);
    done += part;
  }
}
