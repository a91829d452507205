const ts = require('typescript');

/** Makes CommonJS of TypeScript. */
exports.process = (text, fileName) => ({
  code: ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.CommonJS,
      jsx: ts.JsxEmit.ReactJSX,
      esModuleInterop: true,
      inlineSourceMap: true,
    },
  }).outputText,
});
