#!/usr/bin/env node
/** The `rt0` program. */
import { rt0 } from './rt0.js';

process.exitCode = await rt0(process.argv.slice(2), (text) => process.stderr.write(text));
