// What the programs say: a text is a NUL-terminated symbol of the same file, given without its <>(SB).

// The register that takes the text, and the one for a number: AX and BX, or R0 and R1.
#ifdef GOARCH_amd64
#define GIVE_TEXT(text) LEAQ	text<>(SB), AX
#endif
#ifdef GOARCH_arm64
#define GIVE_TEXT(text) MOVD	$text<>(SB), R0
#endif

// SAY prints a text. The text's register changes.
#define SAY(text) \
	GIVE_TEXT(text) \
	CALL	lib·puts(SB)

// NUMBER prints a text, the integer in its register and a line end. The text's register changes.
#define NUMBER(text) \
	GIVE_TEXT(text) \
	CALL	lib·number(SB)

// YESNO prints a text, yes if the flags say equal and no otherwise, and a line end. The text's register and the flags
// change.
#define YESNO(text) \
	GIVE_TEXT(text) \
	CALL	lib·yesno(SB)
