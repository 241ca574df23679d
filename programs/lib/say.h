// What the programs say: a text is a NUL-terminated symbol of the same file, given without its <>(SB).

// SAY prints a text. AX changes.
#define SAY(text) \
	LEAQ	text<>(SB), AX \
	CALL	lib·puts(SB)

// NUMBER prints a text, the integer BX and a line end. AX changes.
#define NUMBER(text) \
	LEAQ	text<>(SB), AX \
	CALL	lib·number(SB)

// YESNO prints a text, yes if the flags say equal and no otherwise, and a line end. AX and the flags change.
#define YESNO(text) \
	LEAQ	text<>(SB), AX \
	CALL	lib·yesno(SB)
