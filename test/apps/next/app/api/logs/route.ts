export { logs as GET } from '../../../server/logs.ts';
