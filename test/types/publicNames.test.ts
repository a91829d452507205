// @vitest-environment node
import ts from 'typescript';
import { expect, test } from 'vitest';
import { fromRoot } from '../support/fromRoot.ts';
import { fromSources, typecheck } from '../support/typecheck.ts';

const timeout = 180_000;

const coreNames = `
  Attempt Bytes Clock CloseReason ConnectionInfo ConnectionState ConnectionStore DecodeContext Decoder
  EventIterator EventIteratorOptions EventMap Format FormatName HeadersOption OpenInfo Parse ReconnectPolicy RequestOptions
  ResumeAttempt ResumeRequest SourceEvent StreamSource
  StandardSchemaV1 StoreOptions StreamError StreamErrorDetails StreamErrorOf StreamEvent StreamFormat
  StreamPage StreamSubscriber StreamUrl SubscribeRequest createConnectionStore json`;

const reactNames = `
  BufferOptions Buffered CarriageReturn Controls Folded HookOptions LineList LogFilter LogGap
  LogHistory LogInput
  LogLevel LogLine LogOptions LogRow LogTail LogTextOptions ProgressMoment ProgressOptions ProgressProps ProgressState
  ProgressStep ProgressUpdate ReduceOptions Start StreamDefinition StreamOptions StreamProgress
  StreamProvider StreamProviderProps defineStream useEventStream useLogTail useSmoothText
  useStreamProgress`;

const testingNames = `
  MockAnswer MockEvent MockRequest MockStream MockStreamOptions RequestMatcher RequestToMatch
  expectNoOpenConnections mockStream mockTabs`;

const tabsNames = `TabsBrowser TabsOptions tabs`;
const websocketNames = `
  SocketData SocketMessage SocketUrl WebSocketOptions webSocket`;
const aiNames = `
  AiAnswer AiEvent AiFormat AiToolCall AiUsage anthropicMessages openaiChat openaiResponses uiMessages`;

const devtoolsNames = `
  ProductionStreamDevtools StreamDevtools StreamDevtoolsOptions StreamDevtoolsPanel StreamDevtoolsPanelProps
  StreamDevtoolsProps`;

const inspectorNames = `
  InspectedAttempt InspectedEvent InspectedHook InspectedRequest InspectedResponse InspectedStream StreamInspector
  inspectStore`;

const serverNames = `
  EventSourceOf EventStreamOptions History HistoryTail MemoryHistory MemoryHistoryOptions NewEvent NodeRequest NodeResponse Run
  RunScope RunStart Runs RunsOptions ServerEvent ServerEvents StoredEvent StreamClient Topic TopicOptions Work createRuns createTopic
  drain eventStream memoryHistory nodeEventStream`;

const sorted = (names: string) => names.trim().split(/\s+/).sort();

const entries = [
  'src/core/index.ts',
  'src/index.ts',
  'src/testing/index.ts',
  'src/testing/msw.ts',
  'src/websocket/index.ts',
  'src/tabs/index.ts',
  'src/tabs/worker.ts',
  'src/ai/index.ts',
  'src/server/index.ts',
  'src/server/testing.ts',
  'src/server/redis.ts',
  'src/devtools/index.ts',
].map(fromRoot);

/** What each entry exports, and who can tell more of it. */
function exportsOf() {
  const { program } = typecheck({ files: entries, options: fromSources });
  const checker = program.getTypeChecker();
  const exported = entries.map((path) => {
    const file = program.getSourceFile(path);
    const entry = file && checker.getSymbolAtLocation(file);
    return entry && checker.getExportsOfModule(entry);
  });
  return { checker, exported };
}

test('the entries export what users have to name, and nothing else', { timeout }, () => {
  const [
    core,
    react,
    testing,
    msw,
    websocket,
    tabs,
    tabsWorker,
    ai,
    server,
    contract,
    redis,
    devtools,
  ] = exportsOf().exported.map((each) => each?.map(({ name }) => name));
  expect(core?.sort()).toEqual(
    sorted(`${coreNames} ${inspectorNames} FetchEventSource FetchEventSourceInit`),
  );
  expect(react?.sort()).toEqual(sorted(coreNames + reactNames));
  expect(testing?.sort()).toEqual(sorted(testingNames));
  expect(msw).toEqual(['mswHandler']);
  expect(websocket?.sort()).toEqual(sorted(websocketNames));
  expect(tabs?.sort()).toEqual(sorted(tabsNames));
  expect(tabsWorker?.sort()).toEqual(['ServeTabsOptions', 'serveTabs']);
  expect(ai?.sort()).toEqual(sorted(aiNames));
  expect(server?.sort()).toEqual(sorted(serverNames));
  expect(redis?.sort()).toEqual([
    'IoRedisClient',
    'NodeRedisClient',
    'RedisHistoryOptions',
    'redisHistory',
  ]);
  expect(devtools?.sort()).toEqual(sorted(devtoolsNames));
  expect(contract?.sort()).toEqual(['HistoryCase', 'historyCases']);
});

test('every hook, function and class has an example', { timeout }, () => {
  const { checker, exported } = exportsOf();
  const values = exported
    .flatMap((each) => each ?? [])
    .map((each) => (each.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(each) : each))
    .filter(({ flags }) => (flags & ts.SymbolFlags.Value) !== 0);
  const without = values.filter((each) =>
    each.getJsDocTags(checker).every(({ name }) => name !== 'example'),
  );
  expect(values.length).toBeGreaterThan(10);
  expect(without.map(({ name }) => name)).toEqual([]);
});
