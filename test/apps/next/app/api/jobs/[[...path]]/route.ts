export { createJob as POST, jobEvents as GET } from '../../../../stories/server/jobs.ts';
