// Where the project's things stand.
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's own folder, without a trailing slash. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[/\\]$/, '');

/** @param {...string} parts a path below the project's folder */
export const at = (...parts) => path.join(root, ...parts);

/** What the scripts remember between runs: stamps, the demo's data. Git-ignored; may be deleted at any time. */
export const cache = at('.cache');

/** Programs built for this project alone, shared by all its checkouts. */
export const tools = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'tureen', 'tools');
