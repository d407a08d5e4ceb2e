export async function test(_filters: string[]): Promise<number> { return 0; }
