// solo5_console_write (include/solo5.h, § Console): to where WASI's standard output goes, all of it before the call returns.

import * as app from "../host/app";
import { beginOutput, flushOutput, outputAt, outputRoom, putOutput } from "../console/output";
import { inApplication } from "../wasi/application-memory";
import { abortFor } from "./exit";

export function console_write(buffer: u32, bytes: u32): void {
  if (!inApplication(buffer, bytes)) return abortFor("solo5_console_write was given a buffer outside of memory");
  beginOutput(bytes);
  for (let done: u32 = 0; done < bytes; ) {
    const part = min<u32>(bytes - done, outputRoom());
    app.copyIn(outputAt(), buffer + done, part);
    putOutput(part);
    done += part;
  }
  flushOutput();
}
