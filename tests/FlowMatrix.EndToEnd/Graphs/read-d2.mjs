// Compiles a diagram with D2 itself and prints what it understood, one JSON document on standard output.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, file] = process.argv.slice(2);
const { D2 } = await import(pathToFileURL(library));
const { diagram } = await new D2().compile(readFileSync(file, "utf8"));
const text = JSON.stringify({
  shapes: diagram.shapes.map(({ id, label }) => ({ id, label })),
  connections: diagram.connections.map(({ src, dst, label, dstArrow }) => ({ src, dst, label, dstArrow })),
});
process.stdout.write(text, () => process.exit(0));
