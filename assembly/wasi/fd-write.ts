// fd_write and fd_pwrite (preview 1, "fd"). Standard output and error take all bytes before the call returns, so
// a write there is never short. A file takes what there is memory for: the rest is a short write, and none NOSPC. Sockets: sock-data.ts.

import { HAS_SOCKETS } from "../base/features";
import { standardErrorPort } from "../base/log";
import { BOUNCE_SIZE } from "../base/limits";
import { transmit } from "../base/serial";
import { beginOutput, flushOutput, outputAt, outputRoom, putOutput } from "../console/output";
import { FILE_BYTES_MAX, fileSize, look, movedBytes as movedInFile, writeFile } from "../fs/files";
import { inApplication, putU32 } from "./application-memory";
import { checkWritable, Descriptor, descriptorAt, hasRights, isFile, isSocket, KIND_OUTPUT, kindOf } from "./descriptors";
import { movedBytes, send } from "./sock-data";
import { FAULT, FBIG, FDFLAG_APPEND, NOTCAPABLE, RIGHT_FD_SEEK, SPIPE, SUCCESS } from "./spec";
import { bounceAt, gather, openVectors, partAt, takePart, vectorsLength } from "./vectors";

export function fd_write(descriptor: u32, vectors: u32, count: u32, written: u32): u32 {
  if (!inApplication(written, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error != SUCCESS) return error;
  if (HAS_SOCKETS && isSocket(descriptor)) {
    error = send(descriptor);
    if (error == SUCCESS) putU32(written, movedBytes());
    return error;
  }
  error = checkWritable(descriptor);
  if (error != SUCCESS) return error;
  if (isFile(descriptor)) return writeNext(descriptorAt(descriptor), written);
  if (kindOf(descriptor) == KIND_OUTPUT) writeOutput();
  else writeError();
  putU32(written, vectorsLength());
  return SUCCESS;
}

function writeOutput(): void {
  beginOutput(vectorsLength());
  for (;;) {
    const room = outputRoom();
    const part = gather(outputAt(), room);
    if (part == 0) break;
    putOutput(part);
  }
  flushOutput();
}

function writeError(): void {
  for (let part = gather(bounceAt(), BOUNCE_SIZE); part != 0; part = gather(bounceAt(), BOUNCE_SIZE)) transmit(standardErrorPort(), bounceAt(), part);
}

function writeNext(file: Descriptor, written: u32): u32 {
  let error = placeFor(file, file.position);
  if (error == SUCCESS) error = writeAt(file.node, place, written);
  if (error == SUCCESS && moved != 0) file.position = place + moved;
  return error;
}

/** With append every write goes to the end, wherever that is by then; one with an offset too, as on Linux. */
function placeFor(file: Descriptor, position: u64): u32 {
  place = position;
  if ((file.flags & FDFLAG_APPEND) == 0) return SUCCESS;
  const error = look(file.node);
  place = fileSize(file.node);
  return error;
}

let place: u64 = 0;

export function fd_pwrite(descriptor: u32, vectors: u32, count: u32, offset: u64, written: u32): u32 {
  if (!inApplication(written, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkWritable(descriptor);
  if (error != SUCCESS) return error;
  if (!isFile(descriptor)) return SPIPE;
  if (!hasRights(descriptor, RIGHT_FD_SEEK)) return NOTCAPABLE;
  const file = descriptorAt(descriptor);
  error = placeFor(file, offset);
  return error == SUCCESS ? writeAt(file.node, place, written) : error;
}

/** Bytes that the last write to a file moved. */
let moved: u32 = 0;

/** Writes the vectors to a file; what cannot be written is an error only if nothing could. */
function writeAt(node: u32, position: u64, written: u32): u32 {
  moved = 0;
  if (vectorsLength() != 0 && position >= FILE_BYTES_MAX) return FBIG;
  for (let part = takePart(u32.MAX_VALUE); part != 0; part = takePart(u32.MAX_VALUE)) {
    if (position + moved >= FILE_BYTES_MAX) break;
    const error = writeFile(node, position + moved, partAt(), part);
    moved += movedInFile();
    if (error != SUCCESS && moved == 0) return error;
    if (movedInFile() < part) break;
  }
  putU32(written, moved);
  return SUCCESS;
}
