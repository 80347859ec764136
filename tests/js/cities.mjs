// Three cities and their soup, for the tests of SmartStore's faces: a name, a number, and words to be found.

export const indexes = [
  { path: 'name', type: 'string' }, { path: 'size', type: 'integer' }, { path: 'story', type: 'full_text' },
];

export const cities = [
  { name: 'Ulm', size: 126, story: 'The tallest church' },
  { name: 'Bonn', size: 335, story: 'A small capital' },
  { name: 'Jena', size: 111, story: 'The church of optics' },
];
