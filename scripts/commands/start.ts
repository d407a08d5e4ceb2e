export async function start(): Promise<number> { return 0; }
