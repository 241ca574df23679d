/** Real binaries to decode: a static glibc program, and Go programs that pull in much of the standard library. Built once, kept in the cache. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir, has } from './oracle.js';

export interface Binary {
  readonly name: string;
  readonly path: string;
  readonly go: boolean;
}

const c = `#include <stdio.h>
#include <stdlib.h>
#include <math.h>
int main(int argc, char **argv) {
  double x = atof(argv[argc - 1]);
  printf("%f %g %Lf\\n", sin(x), pow(x, 2.5), (long double)x);
  return 0;
}
`;

/** A Go program that keeps the packages' code alive by using something of each. */
const goProgram = (packages: readonly string[], uses: readonly string[]): string =>
  `package main\n\nimport (\n${['fmt', 'os', ...packages].map((p) => `\t"${p}"\n`).join('')})\n\nfunc main() {\n\tfmt.Fprintln(os.Stdout, len(os.Args))\n${uses.map((u) => `\t${u}\n`).join('')}}\n`;

const web = goProgram(['encoding/json', 'net/http'], [
  'var v map[string]any', '_ = json.NewDecoder(os.Stdin).Decode(&v)', 'http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, v) })', '_ = http.ListenAndServe(":0", nil)',
]);
const tools = goProgram(['encoding/gob', 'encoding/xml', 'go/parser', 'go/token', 'go/types', 'html/template', 'image/png', 'math/big', 'net/http', 'regexp'], [
  'fs := token.NewFileSet()', 'f, _ := parser.ParseFile(fs, "x", nil, 0)', 'fmt.Println(f)', '_, _ = (&types.Config{}).Check("a", fs, nil, nil)', '_ = gob.NewEncoder(os.Stdout).Encode(1)',
  '_ = xml.NewEncoder(os.Stdout).Encode(1)', '_, _ = template.New("a").Parse("x")', '_, _ = png.Decode(os.Stdin)', 'fmt.Println(new(big.Int).Exp(big.NewInt(2), big.NewInt(9), nil))', '_, _ = http.Get("x")',
  'fmt.Println(regexp.MustCompile("a").MatchString("b"))',
]);

/** Builds where the tools are; a compiler that is missing is named in a line. */
export function binaries(test: string): Binary[] {
  const go = ['/usr/local/go/bin/go', 'go'].find(has);
  const old = ['/usr/lib/go-1.19/bin/go'].find(has);
  const wanted: { name: string; command: string | undefined; source: string; file: string; args: (from: string, to: string) => string[] }[] = [
    { name: 'static C', command: has('gcc') ? 'gcc' : undefined, source: c, file: 'main.c', args: (from, to) => ['-O2', '-static', '-o', to, from, '-lm'] },
    ...[['Go web', go, web], ['Go tools', go, tools], ['Go 1.19 tools', old, tools]].map(([name, command, source]) =>
      ({ name: name!, command, source: source!, file: 'main.go', args: (from: string, to: string) => ['build', '-o', to, from] })),
  ];
  return wanted.flatMap(({ name, command, source, file, args }) => {
    if (command === undefined) {
      console.log(`${test}: ${name} skipped, no compiler`);
      return [];
    }
    const key = createHash('sha256').update(command + source).digest('hex').slice(0, 16);
    const path = join(cacheDir(), `binary-${key}`);
    if (!existsSync(path)) {
      const folder = join(cacheDir(), `source-${key}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, file), source);
      const r = spawnSync(command, args(join(folder, file), `${path}.new`), { encoding: 'utf8', cwd: folder, env: { ...process.env, GOFLAGS: '', GO111MODULE: 'off' } });
      if (r.status !== 0) throw new Error(`${name}: ${r.stderr}`);
      renameSync(`${path}.new`, path);
    }
    return [{ name, path, go: file === 'main.go' }];
  });
}
