// How files come to be there: archives in the image and in boot modules are read in place, directories of the host are
// attached, and /tmp is made. Read next: archive.ts, share.ts, preopens.ts.
//
//   boot        resetFiles(): nothing is there, and nothing is read
//   begin       openGiven(): what was given becomes directories, while there is memory for them: soon all may be the application's
//   first use   openFiles(): /tmp, where nothing was given

import * as image from "../host/image";
import { SUCCESS } from "../abi/errno";
import { EXIT_UNUSABLE } from "../base/exit-status";
import { HAS_FILES, HAS_SHARES } from "../base/features";
import { decimal, text } from "../base/line";
import { beginMessage, sendLine } from "../base/log";
import { powerOff } from "../base/power-off";
import { mapModule, moduleBytes, moduleCount, moduleStart } from "../boot-info/modules";
import { shareStrings, stringsAt } from "../config/strings";
import { distanceTo } from "../lib/bytes";
import { shareDevices } from "../virtio/ninep";
import { ARCHIVE_OK, ARCHIVE_TOO_LARGE, damagedAt, readArchive } from "./archive";
import { resetBlocks } from "./blocks";
import { resetNames } from "./names";
import { resetRoot, rootAt } from "./node";
import { addNamed, addTemporary, clearPreopens, preopenCount } from "./preopens";
import { attachShare } from "./share";
import { resetSlots } from "./slots";

/** "ro:" or "rw:" before the name in a word of the command line. */
const MODE_LENGTH: u32 = 3;

let isRead: bool = false;

export function resetFiles(): void {
  isRead = false;
  clearPreopens();
  resetBlocks();
  resetSlots();
  resetNames();
}

/** Just before the application begins. */
export function openGiven(): void {
  if (!HAS_FILES) return;
  if (image.files() != 0 || moduleCount() != 0 || (HAS_SHARES && shareStrings().count != 0)) openFiles();
}

/** Makes nodes usable; called before the first one is looked at. What cannot be read or attached ends the machine. */
export function openFiles(): void {
  if (isRead) return;
  isRead = true;
  if (image.files() != 0) check(readArchive(image.filesAt(), image.files()), "the archive of files in the image");
  for (let i: u32 = 0; i < moduleCount(); i++) {
    if (!mapModule(i)) check(ARCHIVE_TOO_LARGE, "a boot module");
    check(readArchive(moduleStart(i), moduleBytes(i)), "the archive of files in a boot module");
  }
  if (HAS_SHARES) attachShares();
  const temporary = preopenCount();
  if (addTemporary()) resetRoot(temporary);
}

function check(result: u32, what: string): void {
  if (result == ARCHIVE_OK) return;
  beginMessage();
  text(what);
  if (result == ARCHIVE_TOO_LARGE) text(" does not fit into the machine's memory");
  else {
    text(" cannot be read: byte ");
    decimal(damagedAt());
  }
  sendLine();
  powerOff(EXIT_UNUSABLE);
}

/** The first word of the command line is for the first device, and so on. */
function attachShares(): void {
  let at = stringsAt(shareStrings());
  for (let i: u32 = 0; i < shareStrings().count; i++) {
    const length = distanceTo(0, at, shareStrings().length);
    const index = preopenCount();
    if (i >= shareDevices()) refuse("more directories are to be shared than there are 9P devices", 0);
    if (!addNamed(at + MODE_LENGTH, length - MODE_LENGTH)) refuse("there are more than 32 directories", 0);
    // 'o' of "ro:".
    const error = attachShare(i, index, rootAt(index), load<u8>(at + 1) == 0x6f);
    if (error != SUCCESS) refuse("a shared directory cannot be attached: errno ", error);
    at += length + 1;
  }
}

function refuse(why: string, error: u32): void {
  beginMessage();
  text(why);
  if (error != 0) decimal(error);
  sendLine();
  powerOff(EXIT_UNUSABLE);
}
