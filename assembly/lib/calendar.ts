// Dates of the proleptic Gregorian calendar as days since 1970-01-01. Pure.

/** Days from 1970-01-01 to the given date; month 1 to 12, day 1 to 31, year from 1970. */
export function daysSinceEpoch(year: u32, month: u32, day: u32): u32 {
  // Years begin in March here, so that the leap day is the last of its year; 719468 days lie between
  // 0000-03-01 and 1970-01-01.
  const shifted = month <= 2 ? year - 1 : year;
  const era = shifted / 400;
  const yearOfEra = shifted - era * 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1;
  const dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}
