// Serves a GitHub of our own on the port given, with the users and applications given as JSON, until it is stopped.
import { createEmulator } from "emulate";

const [port, seed] = process.argv.slice(2);
const github = await createEmulator({
  service: "github",
  port: Number(port),
  baseUrl: `http://127.0.0.1:${port}`,
  seed: { github: JSON.parse(seed) },
});
process.stdout.write(`${github.url}\n`);
process.on("SIGTERM", () => github.close().then(() => process.exit(0)));
