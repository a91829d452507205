export { createJob as POST, jobEvents as GET } from '../../../../server/jobs.ts';
