export { chat as POST } from '../../../server/chat.ts';
