// A runtime for asc with nothing in it: what allocates does not compile with it (test/sim/shape.test.ts).
export {};
