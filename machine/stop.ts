/**
 * Ends the run from anywhere inside the machine: something the guest asked for is not modelled, or the machine
 * has no more of something. The message is one line that names it; Machine.run turns it into 'stop'.
 */
export class MachineStop extends Error {
  override readonly name = 'MachineStop';
}
