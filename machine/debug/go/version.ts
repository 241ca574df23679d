/** The version of Go that made an image, from its build information (Go 1.18 and later). Go, src/debug/buildinfo. */
import { Cursor } from '../cursor.js';
import type { Sections } from '../sections.js';

const magic = '\xff Go buildinf:';
/** Flags: the texts follow right here. */
const inline = 2;
const textsAt = 32;

/** As `go1.26.8`; undefined where the image does not say. */
export function goVersion(sections: Sections): string | undefined {
  const section = sections.bytes('.go.buildinfo');
  for (const bytes of section ? [section] : sections.data.map((d) => d.bytes)) {
    for (let at = bytes.indexOf(0xff); at >= 0 && at + textsAt < bytes.length; at = bytes.indexOf(0xff, at + 1)) {
      if (bytes[at + 1] !== 0x20 || String.fromCharCode(...bytes.subarray(at, at + magic.length)) !== magic || (bytes[at + 15]! & inline) === 0) continue;
      const c = new Cursor('.go.buildinfo', bytes, at + textsAt);
      return new TextDecoder().decode(c.block(c.uleb()));
    }
  }
  return undefined;
}

/** Its minor version, 26 of go1.26.8; undefined of a development version. */
export function minorVersion(version: string | undefined): number | undefined {
  const minor = /^go1\.(\d+)/.exec(version ?? '')?.[1];
  return minor === undefined ? undefined : Number(minor);
}
