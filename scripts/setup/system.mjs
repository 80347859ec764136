// What the operating system's package manager brings: a C compiler for wasm, and browsers with their drivers.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { attempt, programNamed, run, UserError } from '../command.mjs';

/** Browsers and their drivers, by the names they have on different systems. */
export const programs = {
  geckodriver: () => programNamed('geckodriver'),
  ps: () => programNamed('ps'),
  chromium: () => programNamed('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ?? onMac('Chromium'),
  chromedriver: () => programNamed('chromedriver'),
  firefox: () => programNamed('firefox-esr', 'firefox') ?? onMac('Firefox'),
  webkitDriver: () => programNamed('WebKitWebDriver'),
  miniBrowser: () => smallWebKit(),
  xvfb: () => programNamed('Xvfb'),
};

/** @type {import('../setup.mjs').Piece} */
export const compiler = {
  name: 'a C compiler, clang and llvm-ar with the wasm32 target',
  isThere: async () => {
    const { stdout } = await attempt('clang', ['--print-targets'], { output: 'keep' });
    return /\bwasm32\b/.test(stdout) && programNamed('llvm-ar') !== undefined && programNamed('cc') !== undefined;
  },
  install: () =>
    systemInstall({
      debian: 'clang llvm',
      fedora: 'clang llvm',
      mac: 'brew install llvm\n  export PATH="$(brew --prefix llvm)/bin:$PATH"',
    }),
};

/** @type {import('../setup.mjs').Piece} */
export const browsers = {
  name: 'Chromium, Firefox and WebKitGTK with their drivers',
  isThere: async () => {
    const { ps, chromium, chromedriver, firefox, webkitDriver, miniBrowser, xvfb } = programs;
    const wanted = [ps, chromium, chromedriver, firefox, ...(hasWebKitGtk() ? [webkitDriver, miniBrowser, xvfb] : [])];
    return wanted.every((find) => find() !== undefined);
  },
  install: () =>
    systemInstall({
      debian: 'chromium chromium-driver firefox-esr webkit2gtk-driver xvfb procps',
      fedora: 'chromium chromedriver firefox webkitgtk6.0 xorg-x11-server-Xvfb procps-ng',
      mac: 'brew install --cask chromium firefox chromedriver',
    }),
};

/** WebKitGTK, and so the tests in it, exists on Linux only. */
export const hasWebKitGtk = () => process.platform === 'linux';

/** WebKitGTK's small browser lies in a folder of the library's, named for its version. */
function smallWebKit() {
  for (const lib of ['/usr/lib', '/usr/lib64', '/usr/libexec', ...foldersIn('/usr/lib')]) {
    for (const folder of foldersIn(lib).filter((name) => /\/webkit(2gtk|gtk)-/.test(name))) {
      const found = path.join(folder, 'MiniBrowser');
      if (existsSync(found)) return found;
    }
  }
  return undefined;
}

/** @param {string} folder */
function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => path.join(folder, entry.name));
}

/** @param {string} application */
function onMac(application) {
  const program = `/Applications/${application}.app/Contents/MacOS/${application.toLowerCase()}`;
  return [program, program.replace(/[^/]+$/, application)].find((candidate) => existsSync(candidate));
}

/**
 * Installs Debian's packages when this is Debian and the user is root; otherwise says what to type, and stops.
 * @param {{ debian: string, fedora: string, mac: string }} packages
 */
async function systemInstall({ debian, fedora, mac }) {
  if (process.getuid?.() !== 0 || !programNamed('apt-get')) {
    throw new UserError(
      `Some programs are missing. Install them, then start again:\n` +
        `  Debian, Ubuntu:  sudo apt-get install ${debian}\n` +
        `  Fedora:          sudo dnf install ${fedora}\n` +
        `  macOS:           ${mac}`,
    );
  }
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...debian.split(' ')], { env });
}
