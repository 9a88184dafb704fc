/*
 * Checks the scripts of the page: TypeScript checks their types (src/FlowMatrix.Output/Html/Web/tsconfig.json), ESLint
 * looks for mistakes. The page contains the files as one script with one scope, in the order of page.html: each may use
 * only earlier files, and its first lines must list them. Runs in any Node.js from 18 on; eng/check-style.sh calls it.
 */
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Linter } from "../artifacts/test-tools/eslint/linter.mjs";

const require = createRequire(import.meta.url);
const ts = require("../artifacts/test-tools/typescript/lib/typescript.js");
const browser = require("../artifacts/test-tools/globals/globals.json").browser;

const web = fileURLToPath(new URL("../src/FlowMatrix.Output/Html/Web/", import.meta.url));
const page = fs.readFileSync(path.join(web, "page.html"), "utf8");
const files = /\{\{script (app\/[^}]*)\}\}/.exec(page)[1].split(" ");
const texts = new Map(files.map(file => [file, fs.readFileSync(path.join(web, file), "utf8")]));

const RULES = {
  "array-callback-return": "error",
  eqeqeq: "error",
  "no-cond-assign": "error",
  "no-constant-condition": "error",
  "no-dupe-else-if": "error",
  "no-dupe-keys": "error",
  "no-empty": "error",
  "no-eval": "error",
  "no-fallthrough": "error",
  "no-implied-eval": "error",
  "no-new-func": "error",
  "no-redeclare": "error",
  // Texts become text, never markup.
  "no-restricted-properties": ["error", ...["innerHTML", "outerHTML", "insertAdjacentHTML", "setHTMLUnsafe"].map(
    property => ({ property })), { object: "document", property: "write" }],
  "no-self-assign": "error",
  "no-self-compare": "error",
  "no-undef": "error",
  "no-unreachable": "error",
  "no-unsafe-finally": "error",
  // Whether another file uses a name of the common scope is checked below.
  "no-unused-vars": ["error", { vars: "local", caughtErrors: "all" }],
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-useless-escape": "error",
  "no-var": "error",
  "prefer-const": "error",
};

const problems = [];

function checkTypes() {
  const file = path.join(web, "tsconfig.json");
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const { options, errors } = ts.parseJsonConfigFileContent(config, ts.sys, web);
  // With "outFile" in the options, the order of the files counts: using a constant of a later file is an error.
  const program = ts.createProgram(["types.d.ts", ...files].map(name => path.join(web, name)), options);
  for (const found of [...errors, ...ts.getPreEmitDiagnostics(program)]) {
    problems.push(ts.formatDiagnostic(found, {
      getCurrentDirectory: () => web, getCanonicalFileName: name => name, getNewLine: () => "\n",
    }).trimEnd());
  }
}

/** The names that a file declares in the common scope, and those that it does not declare but uses. */
function namesOf(text) {
  const linter = new Linter();
  linter.verify(text, { languageOptions: { sourceType: "script" } });
  const [scope] = linter.getSourceCode().scopeManager.scopes;
  return {
    declared: scope.variables.filter(variable => variable.defs.length > 0),
    used: new Set(scope.through.map(reference => reference.identifier.name)),
  };
}

function checkNames() {
  const names = new Map([...texts].map(([file, text]) => [file, namesOf(text)]));
  const owners = new Map();
  for (const [file, { declared }] of names) {
    for (const { name } of declared) {
      if (owners.has(name)) {
        problems.push(`${file}: declares "${name}", as does ${owners.get(name)}`);
      }
      owners.set(name, file);
    }
  }
  for (const [file, { declared, used }] of names) {
    for (const { name, references } of declared) {
      const inside = references.some(reference => reference.isRead());
      if (!inside && ![...names.values()].some(other => other.used.has(name))) {
        problems.push(`${file}: nothing uses "${name}"`);
      }
    }
    const others = files.filter(other => other !== file && [...used].some(name => owners.get(name) === other));
    for (const later of others.filter(other => files.indexOf(other) > files.indexOf(file))) {
      const common = [...used].filter(name => owners.get(name) === later);
      problems.push(`${file}: uses ${common.join(", ")} of ${later}, which comes after it in page.html`);
    }
    const header = ["// @ts-check", ...wrapped("// uses", others.map(other => path.basename(other, ".js")))].join("\n");
    if (!texts.get(file).startsWith(`${header}\n`)) {
      problems.push(`${file}: must begin with what it uses of the other files:\n${header}`);
    }
    checkWithEslint(file, [...owners.keys()].filter(name => used.has(name)));
  }
}

function wrapped(start, words) {
  const lines = words.length > 0 ? [start] : [];
  for (const word of words) {
    if (lines.at(-1).length + 1 + word.length > 120) {
      lines.push(start);
    }
    lines.push(`${lines.pop()} ${word}`);
  }
  return lines;
}

function checkWithEslint(file, namesOfOthers) {
  const globals = { ...browser, cytoscape: "readonly", d3: "readonly" };
  for (const name of namesOfOthers) {
    globals[name] = "writable";
  }
  const config = { languageOptions: { sourceType: "script", globals }, rules: RULES };
  for (const { line, column, message, ruleId } of new Linter().verify(texts.get(file), config)) {
    problems.push(`${file}(${line},${column}): ${message} (${ruleId})`);
  }
}

for (const file of fs.readdirSync(path.join(web, "app")).filter(name => name.endsWith(".js"))) {
  if (!texts.has(`app/${file}`)) {
    problems.push(`app/${file}: page.html does not name it`);
  }
}
checkTypes();
checkNames();
for (const problem of problems) {
  console.error(problem);
}
if (problems.length > 0) {
  console.error(`page: ${problems.length} problems in src/FlowMatrix.Output/Html/Web`);
}
process.exitCode = problems.length === 0 ? 0 : 1;
