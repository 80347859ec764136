// What the SQL console offers to begin with.

export const examples = [
  {
    name: 'Open and done',
    sql: 'select {todoitem:complete} as done, count(*) as todos\nfrom {todoitem}\ngroup by 1',
  },
  {
    name: 'The longest todos',
    sql: [
      'select {todoitem:text} as todo, length({todoitem:text}) as letters',
      'from {todoitem}\norder by letters desc\nlimit 10',
    ].join('\n'),
  },
  {
    name: 'Words that come most often',
    sql: [
      'with recursive words(word, rest) as (',
      "  select '', {todoitem:text} || ' ' from {todoitem}",
      '  union all',
      "  select substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1) from words where rest <> ''",
      ')',
      "select lower(word) as word, count(*) as times from words where word <> '' group by 1 order by 2 desc limit 20",
    ].join('\n'),
  },
  {
    name: 'Changes that wait, with what was there before',
    sql: [
      'select {before:text} as before, {todoitem:text} as now',
      'from {before} left join {todoitem} on {todoitem:id} = {before:id}',
    ].join('\n'),
  },
  {
    name: 'What sync moved',
    sql: [
      'select count(*) as syncs, sum({syncs:rows}) as "rows", sum({syncs:requests}) as requests,',
      '  sum({syncs:bytes}) as bytes\nfrom {syncs}',
    ].join('\n'),
  },
];
