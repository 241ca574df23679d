/** Numbers of DWARF that the reader knows by name: tags, attributes, forms and their kin. DWARF 5, chapter 7; those of Go from 0x2900 on. */

export const enum TAG {
  arrayType = 0x01, classType = 0x02, enumerationType = 0x04, formalParameter = 0x05, lexicalBlock = 0x0b, member = 0x0d, pointerType = 0x0f,
  referenceType = 0x10, compileUnit = 0x11, stringType = 0x12, structureType = 0x13, subroutineType = 0x15, typedef = 0x16, unionType = 0x17,
  unspecifiedParameters = 0x18, inheritance = 0x1c, inlinedSubroutine = 0x1d, subrangeType = 0x21, baseType = 0x24, constType = 0x26,
  constant = 0x27, enumerator = 0x28, subprogram = 0x2e, variable = 0x34, volatileType = 0x35, restrictType = 0x37, namespace = 0x39,
  unspecifiedType = 0x3b, partialUnit = 0x3c, rvalueReferenceType = 0x42, atomicType = 0x47,
}

export const enum AT {
  sibling = 0x01, location = 0x02, name = 0x03, byteSize = 0x0b, stmtList = 0x10, lowPc = 0x11, highPc = 0x12, language = 0x13, compDir = 0x1b,
  constValue = 0x1c, inline = 0x20, producer = 0x25, upperBound = 0x2f, abstractOrigin = 0x31, count = 0x37, dataMemberLocation = 0x38,
  declFile = 0x3a, declLine = 0x3b, declaration = 0x3c, encoding = 0x3e, external = 0x3f, frameBase = 0x40, specification = 0x47, type = 0x49,
  variableParameter = 0x4b, ranges = 0x55, callColumn = 0x57, callFile = 0x58, callLine = 0x59, bitSize = 0x0d, bitOffset = 0x0c,
  dataBitOffset = 0x6b, linkageName = 0x6e, strOffsetsBase = 0x72, addrBase = 0x73, rnglistsBase = 0x74, loclistsBase = 0x8c,
  gnuAddrBase = 0x2133, goKind = 0x2900, goKey = 0x2901, goElem = 0x2902, goEmbeddedField = 0x2903, goRuntimeType = 0x2904, goPackageName = 0x2905,
}

export const enum FORM {
  addr = 0x01, block2 = 0x03, block4 = 0x04, data2 = 0x05, data4 = 0x06, data8 = 0x07, string = 0x08, block = 0x09, block1 = 0x0a, data1 = 0x0b,
  flag = 0x0c, sdata = 0x0d, strp = 0x0e, udata = 0x0f, refAddr = 0x10, ref1 = 0x11, ref2 = 0x12, ref4 = 0x13, ref8 = 0x14, refUdata = 0x15,
  indirect = 0x16, secOffset = 0x17, exprloc = 0x18, flagPresent = 0x19, strx = 0x1a, addrx = 0x1b, refSup4 = 0x1c, strpSup = 0x1d,
  data16 = 0x1e, lineStrp = 0x1f, refSig8 = 0x20, implicitConst = 0x21, loclistx = 0x22, rnglistx = 0x23, refSup8 = 0x24,
  strx1 = 0x25, strx2 = 0x26, strx3 = 0x27, strx4 = 0x28, addrx1 = 0x29, addrx2 = 0x2a, addrx3 = 0x2b, addrx4 = 0x2c,
}

/** Unit types of DWARF 5. */
export const enum UT {
  compile = 1, type = 2, partial = 3, skeleton = 4, splitCompile = 5, splitType = 6,
}

/** Go's reflect kinds, as DW_AT_go_kind has them. */
export const goKinds: Readonly<Record<number, string>> = {
  1: 'bool', 2: 'int', 3: 'int8', 4: 'int16', 5: 'int32', 6: 'int64', 7: 'uint', 8: 'uint8', 9: 'uint16', 10: 'uint32', 11: 'uint64', 12: 'uintptr',
  13: 'float32', 14: 'float64', 15: 'complex64', 16: 'complex128', 17: 'array', 18: 'chan', 19: 'func', 20: 'interface', 21: 'map', 22: 'pointer',
  23: 'slice', 24: 'string', 25: 'struct', 26: 'unsafe.Pointer',
};
