// Runs other programs: a failure is an error that names the command.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { at, root, tools } from './project.mjs';

/**
 * The environment of every command: programs of the project and of cargo are found before the system's.
 * @type {NodeJS.ProcessEnv & { PATH: string }}
 */
export const environment = {
  ...process.env,
  PATH: [
    path.join(tools, 'bin'),
    at('node_modules', '.bin'),
    process.env.PATH ?? '',
    path.join(process.env.CARGO_HOME || path.join(homedir(), '.cargo'), 'bin'),
  ].join(path.delimiter),
};

/**
 * Where a program is.
 * @param {...string} names alternatives, the first that is there wins
 * @returns {string | undefined} its full path
 */
export function programNamed(...names) {
  for (const name of names) {
    for (const folder of environment.PATH.split(path.delimiter)) {
      const candidate = path.join(folder || '.', name);
      try {
        accessSync(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 127 when the program is not there, 128 + signal when it was killed
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {object} RunOptions
 * @property {string} [cwd] the project's folder by default
 * @property {Record<string, string>} [env] on top of {@link environment}
 * @property {'show' | 'keep' | 'both'} [output] show it to the user (the default), keep it for the caller, or both
 */

/**
 * Runs a program to its end and answers how it ended.
 * @param {string} program
 * @param {string[]} parameters
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function attempt(program, parameters, { cwd = root, env = {}, output = 'show' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd,
      env: { ...environment, ...env },
      stdio: ['ignore', output === 'show' ? 'inherit' : 'pipe', output === 'show' ? 'inherit' : 'pipe'],
    });
    const text = { stdout: '', stderr: '' };
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
      child[name]?.setEncoding('utf8').on('data', (chunk) => {
        text[name] += chunk;
        if (output === 'both') process[name].write(chunk);
      });
    }
    child.on('error', (error) => resolve({ code: 127, ...text, stderr: `${text.stderr}${error.message}` }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 128 : 1), ...text }));
  });
}

/**
 * Runs a program that must succeed.
 * @param {string} program
 * @param {string[]} parameters
 * @param {RunOptions} [options]
 * @returns {Promise<string>} its standard output, when that was kept
 */
export async function run(program, parameters, options) {
  const { code, stdout, stderr } = await attempt(program, parameters, options);
  if (code === 0) return stdout;
  throw new CommandError(`\`${[program, ...parameters].join(' ')}\` failed with exit code ${code}`, stderr);
}

/** A command that did not succeed. */
export class CommandError extends Error {
  /**
   * @param {string} message
   * @param {string} stderr what the program complained of, when that was kept
   */
  constructor(message, stderr) {
    super(stderr.trim() ? `${message}:\n${stderr.trim()}` : message);
    this.name = 'CommandError';
  }
}

/**
 * Runs a script's work and turns a failure into a sentence and an exit code, not a stack.
 * @param {() => Promise<void>} work
 */
export async function main(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof CommandError || error instanceof UserError ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Something the user has to do or to decide; its message says what. */
export class UserError extends Error {}
