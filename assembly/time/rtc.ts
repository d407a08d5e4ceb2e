// The CMOS clock: the last resort for the date, to the second.
// Read first: Motorola MC146818A data sheet, "Time, calendar and alarm locations", registers A and B.

import * as io from "../host/io";
import { daysSinceEpoch } from "../lib/calendar";
import {
  RTC_A_UPDATE_IN_PROGRESS, RTC_B_24_HOUR, RTC_B_BINARY, RTC_CENTURY, RTC_DATA, RTC_DAY, RTC_HOURS, RTC_HOURS_PM,
  RTC_INDEX, RTC_MINUTES, RTC_MONTH, RTC_SECONDS, RTC_STATUS_A, RTC_STATUS_B, RTC_YEAR,
} from "./spec";

/** An update takes 2 ms at most, in which a port can be read some thousand times. */
const UPDATE_POLLS: u32 = 1 << 14;
/** Readings until two are the same; an update can only come between one pair in a second. */
const READINGS: u32 = 4;

// Bytes of one reading: second, minute, hour, day, month, year, century.
const FIELDS: u32 = 7;
const reading = memory.data(8);
const previous = memory.data(8);

/** Seconds since 1970-01-01 00:00 UTC; 0 if there is no clock or it shows no date. */
export function rtcSeconds(): u64 {
  readFields();
  for (let i: u32 = 0; i < READINGS; i++) {
    memory.copy(previous, reading, FIELDS);
    readFields();
    if (memory.compare(previous, reading, FIELDS) == 0) return decode(readRegister(RTC_STATUS_B));
  }
  return 0;
}

function readRegister(register: u32): u32 {
  io.out8(RTC_INDEX, register);
  return io.in8(RTC_DATA);
}

function readFields(): void {
  for (let i: u32 = 0; i < UPDATE_POLLS; i++) {
    if ((readRegister(RTC_STATUS_A) & RTC_A_UPDATE_IN_PROGRESS) == 0) break;
  }
  store<u8>(reading, readRegister(RTC_SECONDS), 0);
  store<u8>(reading, readRegister(RTC_MINUTES), 1);
  store<u8>(reading, readRegister(RTC_HOURS), 2);
  store<u8>(reading, readRegister(RTC_DAY), 3);
  store<u8>(reading, readRegister(RTC_MONTH), 4);
  store<u8>(reading, readRegister(RTC_YEAR), 5);
  store<u8>(reading, readRegister(RTC_CENTURY), 6);
}

function decode(status: u32): u64 {
  const binary = (status & RTC_B_BINARY) != 0;
  const rawHour = <u32>load<u8>(reading, 2);
  let hour = number(rawHour & ~RTC_HOURS_PM, binary);
  if ((status & RTC_B_24_HOUR) == 0) {
    // 12-hour clocks count 12, 1, 2, … 11; the top bit says afternoon.
    hour %= 12;
    if ((rawHour & RTC_HOURS_PM) != 0) hour += 12;
  }
  const second = number(<u32>load<u8>(reading, 0), binary);
  const minute = number(<u32>load<u8>(reading, 1), binary);
  const day = number(<u32>load<u8>(reading, 3), binary);
  const month = number(<u32>load<u8>(reading, 4), binary);
  const year = number(<u32>load<u8>(reading, 5), binary);
  // Not every clock has a century; without a plausible one the year lies in this century.
  const century = number(<u32>load<u8>(reading, 6), binary);
  if (second > 60 || minute > 59 || hour > 23 || day < 1 || day > 31 || month < 1 || month > 12 || year > 99) return 0;
  const fullYear = (century >= 19 && century <= 29 ? century : 20) * 100 + year;
  if (fullYear < 1970) return 0;
  return <u64>daysSinceEpoch(fullYear, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

function number(value: u32, binary: bool): u32 {
  return binary ? value : (value >> 4) * 10 + (value & 15);
}
