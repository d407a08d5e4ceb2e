// npm run test:spec: the WebAssembly specification's tests in the guest. Prints a line a file and a total; exit status 0
// only if nothing failed. `--only TEXT` takes files whose path contains TEXT, `--verbose` shows every command.
// Read first: suite.ts.
import { parseArgs } from 'node:util';
import { withSession } from '../../scripts/session.ts';
import { readList, runSuite, suiteDirectory } from './suite.ts';

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, verbose: { type: 'boolean', default: false } } });
const directory = suiteDirectory();
if (directory === undefined) {
  console.log('skipped: the specification\'s tests are not here; put them at ../shared/spec-tests or name their folder in ASOLO_SPEC_TESTS');
} else {
  const files = readList(directory).filter(({ file }) => file.includes(values.only));
  const total = await withSession(values.verbose, (session) => runSuite(session.cache, files, session.progress, (line) => {
    session.progress.done();
    console.log(line);
  }));
  process.exitCode = files.length === 0 || total.failed > 0 ? 1 : 0;
}
