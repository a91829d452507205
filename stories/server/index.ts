import { Hono } from 'hono/tiny';
import { batch } from './batch.ts';
import { chat, chatReport, chatTrouble } from './chat.ts';
import { deploy } from './deploy.ts';
import { download } from './download.ts';
import { cancelJob, createJob, jobEvents, readJob } from './jobs.ts';
import { logs, logsText } from './logs.ts';
import { notifications } from './notifications.ts';
import { prices } from './prices.ts';
import { goOn, stopRun } from './runs.ts';
import { secure, token } from './secure.ts';
import { ticks, ticksConnections, ticksControl } from './ticks.ts';

const app = new Hono().basePath('/api');

app.get('/news', ({ req }) => deploy(req.raw));
app.get('/log', ({ req }) => deploy(req.raw));
app.post('/deploys', ({ req }) => deploy(req.raw));
app.get('/deploys/:id', ({ req }) => deploy(req.raw));
app.get('/prices', ({ req }) => prices(req.raw));
app.get('/notifications', ({ req }) => notifications(req.raw));
app.get('/ticks', ({ req }) => ticks(req.raw));
app.post('/ticks/control', ({ req }) => ticksControl(req.raw));
app.get('/ticks/connections', ({ req }) => ticksConnections(req.raw));
app.post('/token', ({ req }) => token(req.raw));
app.get('/secure', ({ req }) => secure(req.raw));
app.post('/jobs', ({ req }) => createJob(req.raw));
app.get('/jobs/:id', ({ req }) => readJob(req.raw));
app.delete('/jobs/:id', ({ req }) => cancelJob(req.raw));
app.get('/jobs/:id/events', ({ req }) => jobEvents(req.raw));
app.get('/batch', ({ req }) => batch(req.raw));
app.get('/download', ({ req }) => download(req.raw));
app.get('/logs', ({ req }) => logs(req.raw));
app.get('/logs.txt', ({ req }) => logsText(req.raw));
app.post('/chat', ({ req }) => chat(req.raw));
app.get('/chat', ({ req }) => chatReport(req.raw));
app.post('/chat/trouble', ({ req }) => chatTrouble(req.raw));
app.get('/runs/:id', ({ req }) => goOn(req.raw));
app.delete('/runs/:id', ({ req }) => stopRun(req.raw));
app.post('/runs/:id/stop', ({ req }) => stopRun(req.raw));

/** Answers every request below `/api/`; the dev server, MSW and the tests all serve this one function. */
export async function handle(request: Request): Promise<Response> {
  return app.fetch(request);
}
