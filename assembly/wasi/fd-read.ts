// fd_read and fd_pread (preview 1, "fd"). Standard input waits for the first byte, halted, and then gives what is there; a
// file gives what it has, at its position or at the one given. Sockets: sock-data.ts.

import { HAS_SOCKETS } from "../base/features";
import { BOUNCE_SIZE } from "../base/limits";
import { inputAvailable, prepareToWaitForInput } from "../console/input";
import { inputEnded, takeInput } from "../console/received";
import { movedBytes as movedInFile, readFile } from "../fs/files";
import { NEVER } from "../time/deadlines";
import { inApplication, putU32 } from "./application-memory";
import { checkReadable, descriptorAt, hasRights, isFile, isSocket } from "./descriptors";
import { movedBytes, receive } from "./sock-data";
import { AGAIN, FAULT, FDFLAG_NONBLOCK, NOTCAPABLE, RIGHT_FD_SEEK, SPIPE, SUCCESS } from "./spec";
import { bounceAt, openVectors, partAt, scatter, takePart, vectorsLength } from "./vectors";
import { lookAround, rest } from "./waiting";

export function fd_read(descriptor: u32, vectors: u32, count: u32, read: u32): u32 {
  if (!inApplication(read, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error != SUCCESS) return error;
  if (HAS_SOCKETS && isSocket(descriptor)) {
    error = receive(descriptor, 0);
    if (error == SUCCESS) putU32(read, movedBytes());
    return error;
  }
  error = checkReadable(descriptor);
  if (error != SUCCESS) return error;
  if (isFile(descriptor)) {
    const file = descriptorAt(descriptor);
    error = readContents(file.node, file.position);
    if (error != SUCCESS) return error;
    file.position += fileBytes;
    putU32(read, fileBytes);
    return SUCCESS;
  }
  if (vectorsLength() != 0 && inputAvailable() == 0 && !inputEnded()) {
    if ((descriptorAt(descriptor).flags & FDFLAG_NONBLOCK) != 0) return AGAIN;
    waitForInput();
  }
  let moved: u32 = 0;
  while (moved < vectorsLength()) {
    const part = takeInput(bounceAt(), min<u32>(BOUNCE_SIZE, vectorsLength() - moved));
    if (part == 0) break;
    scatter(part);
    moved += part;
  }
  putU32(read, moved);
  return SUCCESS;
}

function waitForInput(): void {
  while (inputAvailable() == 0 && !inputEnded()) {
    lookAround();
    if (prepareToWaitForInput()) rest(NEVER);
  }
}

export function fd_pread(descriptor: u32, vectors: u32, count: u32, offset: u64, read: u32): u32 {
  if (!inApplication(read, 4)) return FAULT;
  let error = openVectors(vectors, count);
  if (error == SUCCESS) error = checkReadable(descriptor);
  if (error != SUCCESS) return error;
  if (!isFile(descriptor)) return SPIPE;
  if (!hasRights(descriptor, RIGHT_FD_SEEK)) return NOTCAPABLE;
  error = readContents(descriptorAt(descriptor).node, offset);
  if (error == SUCCESS) putU32(read, fileBytes);
  return error;
}

/** Bytes that the last read of a file moved. */
let fileBytes: u32 = 0;

/** Fills the vectors from a file, to its end; what cannot be read is an error only if nothing could. */
function readContents(node: u32, position: u64): u32 {
  fileBytes = 0;
  for (let part = takePart(u32.MAX_VALUE); part != 0; part = takePart(u32.MAX_VALUE)) {
    const error = readFile(node, position + fileBytes, partAt(), part);
    fileBytes += movedInFile();
    if (error != SUCCESS && fileBytes == 0) return error;
    if (movedInFile() < part) break;
  }
  return SUCCESS;
}
