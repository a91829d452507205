// @vitest-environment node
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const coreNames = `
  Attempt Bytes Clock CloseReason ConnectionInfo ConnectionState ConnectionStore DecodeContext Decoder
  EventMap Format FormatName HeadersOption OpenInfo Parse ReconnectPolicy RequestOptions
  StandardSchemaV1 StoreOptions StreamError StreamErrorDetails StreamErrorOf StreamEvent StreamFormat
  StreamPage StreamSubscriber StreamUrl SubscribeRequest createConnectionStore json`;

const reactNames = `
  BufferOptions Buffered CarriageReturn Controls Folded HookOptions LineList LogFilter LogGap
  LogHistory LogInput
  LogLevel LogLine LogOptions LogRow LogTail LogTextOptions ProgressMoment ProgressOptions ProgressProps ProgressState
  ProgressStep ProgressUpdate ReduceOptions Start StreamDefinition StreamOptions StreamProgress
  StreamProvider StreamProviderProps defineStream useEventStream useLogTail useStreamProgress`;

const testingNames = `
  MockAnswer MockEvent MockRequest MockStream MockStreamOptions RequestMatcher RequestToMatch
  expectNoOpenConnections mockStream`;

const sorted = (names: string) => names.trim().split(/\s+/).sort();

test('the entries export what users have to name, and nothing else', { timeout }, () => {
  const entries = [
    'src/core/index.ts',
    'src/index.ts',
    'src/testing/index.ts',
    'src/testing/msw.ts',
  ].map(fromRoot);
  const { program } = typecheck({ files: entries, options: fromSources });
  const checker = program.getTypeChecker();
  const [core, react, testing, msw] = entries.map((path) => {
    const file = program.getSourceFile(path);
    const entry = file && checker.getSymbolAtLocation(file);
    return entry && checker.getExportsOfModule(entry).map(({ name }) => name);
  });
  expect(core?.sort()).toEqual(sorted(`${coreNames} FetchEventSource FetchEventSourceInit`));
  expect(react?.sort()).toEqual(sorted(coreNames + reactNames));
  expect(testing?.sort()).toEqual(sorted(testingNames));
  expect(msw).toEqual(['mswHandler']);
});
