import { expect, it } from 'vitest';
import { Handover } from '../../../../scripts/vm/handover.ts';

it('the console follows when COM1 has given what was announced, in whatever order that is learnt', () => {
  const opened: string[] = [];
  const early = new Handover(() => opened.push('early'));
  early.came(5);
  early.after(7);
  expect(opened).toEqual([]);
  early.came(2);
  early.came(1);
  const late = new Handover(() => opened.push('late'));
  late.came(9);
  late.after(9);
  expect(opened).toEqual(['early', 'late']);
});

it('without an announcement it follows when COM1 has ended', () => {
  let opened = 0;
  const handover = new Handover(() => opened++);
  handover.came(3);
  handover.ended();
  handover.ended();
  expect(opened).toBe(1);
});
