export { logs as GET } from '../../../stories/server/logs.ts';
