import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** As much of Babel's as is looked at. */
interface Node {
  readonly type: string;
  readonly name?: string;
  readonly operator?: string;
  readonly callee?: Node;
  readonly object?: Node;
  readonly id?: Node;
  readonly expressions?: readonly Node[];
  readonly arguments?: readonly Node[];
}

interface Path {
  readonly node: Node;
  readonly parentPath: Path | null;
  /** The name of the parent's property that holds it, or the index in it where it is a list. */
  readonly key: string | number | null;
}

const isText = (node: Node) =>
  node.type === 'StringLiteral' || (node.type === 'TemplateLiteral' && isPlain(node));

/** Whether nothing in it is mutated but the text itself. */
const isPlain = ({ type, expressions = [], arguments: given = [] }: Node): boolean =>
  type === 'Identifier' ||
  type === 'MemberExpression' ||
  ((type === 'CallExpression' || type === 'TemplateLiteral') &&
    [...expressions, ...given].every(isPlain));

/** Whether it only passes a text on. */
const passes = ({ node, key }: Path, child: Path) =>
  node.type === 'TemplateLiteral' ||
  (node.type === 'BinaryExpression' && node.operator === '+') ||
  (node.type === 'ConditionalExpression' && child.key !== 'test') ||
  (node.type === 'LogicalExpression' && child.key === 'right' && key !== 'test');

/** Whether a text that is this child of it is read by people alone. */
function shows({ node }: Path, { key }: Path): boolean {
  const callee = node.callee?.name ?? '';
  if (node.type === 'NewExpression') {
    return callee.endsWith('Error') && key === (callee === 'StreamError' ? 1 : 0);
  }
  if (node.type === 'CallExpression') {
    return (callee === 'refuse' && key === 2) || node.callee?.object?.name === 'console';
  }
  return node.type === 'VariableDeclarator' && node.id?.name === 'message';
}

function isMessage(path: Path): boolean {
  const { parentPath } = path;
  if (!parentPath) return false;
  return shows(parentPath, path) || (passes(parentPath, path) && isMessage(parentPath));
}

/** Leaves out of the mutants what changes but the words of an error or a warning. */
export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'messages', {
    shouldIgnore(path) {
      const at = path as Path;
      const isLeft = isText(at.node) && isMessage(at);
      return isLeft ? 'The words of a message.' : undefined;
    },
  }),
];
