export { chat as POST } from '../../../stories/server/chat.ts';
