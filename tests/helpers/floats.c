/*
 * Floating-point operations of the host CPU in bulk: reads records, writes results. The other side is hostFloat.ts.
 *
 * A record is 32 bytes: operation, format (0 f32, 1 f64, 2 x87), control word (MXCSR or x87), two operands in fields
 * of 12 bytes, four bytes unused. A result is 16 bytes, zero-padded. FMA computes b * a + b.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct input {
	uint8_t op, format;
	uint16_t control;
	uint8_t a[12], b[12];
	uint32_t unused;
};

#define SSE2(name, type, constraint) \
	case name: __asm__ volatile(type " %1, %0" : "+x"(x) : "x"(y)); break;

enum { ADD, SUB, MUL, DIV, SQRT, MIN, MAX, FMA, NARROW, WIDEN, RINT };

static uint64_t f64op(int op, double x, double y)
{
	switch (op) {
	SSE2(ADD, "addsd", )
	SSE2(SUB, "subsd", )
	SSE2(MUL, "mulsd", )
	SSE2(DIV, "divsd", )
	SSE2(SQRT, "sqrtsd", )
	SSE2(MIN, "minsd", )
	SSE2(MAX, "maxsd", )
	SSE2(RINT, "roundsd $4,", )
	case FMA: __asm__ volatile("vfmadd213sd %2, %1, %0" : "+x"(x) : "x"(y), "x"(y)); break; /* y * x + y */
	case NARROW: {
		float f = 0;
		uint32_t bits;
		__asm__ volatile("cvtsd2ss %1, %0" : "+x"(f) : "x"(y));
		memcpy(&bits, &f, 4);
		return bits;
	}
	}
	uint64_t r;
	memcpy(&r, &x, 8);
	return r;
}

static uint64_t f32op(int op, float x, float y)
{
	switch (op) {
	SSE2(ADD, "addss", )
	SSE2(SUB, "subss", )
	SSE2(MUL, "mulss", )
	SSE2(DIV, "divss", )
	SSE2(SQRT, "sqrtss", )
	SSE2(MIN, "minss", )
	SSE2(MAX, "maxss", )
	SSE2(RINT, "roundss $4,", )
	case FMA: __asm__ volatile("vfmadd213ss %2, %1, %0" : "+x"(x) : "x"(y), "x"(y)); break;
	case WIDEN: {
		double d = 0;
		uint64_t bits;
		__asm__ volatile("cvtss2sd %1, %0" : "+x"(d) : "x"(y));
		memcpy(&bits, &d, 8);
		return bits;
	}
	}
	uint32_t r;
	memcpy(&r, &x, 4);
	return r;
}

static void x87op(const struct input *in, uint8_t *out)
{
	long double x = 0, y = 0;
	memcpy(&x, in->a, 10);
	memcpy(&y, in->b, 10);
	switch (in->op) {
	case ADD: __asm__ volatile("fadd %1, %0" : "+t"(x) : "u"(y)); break;
	case SUB: __asm__ volatile("fsub %1, %0" : "+t"(x) : "u"(y)); break;
	case MUL: __asm__ volatile("fmul %1, %0" : "+t"(x) : "u"(y)); break;
	case DIV: __asm__ volatile("fdiv %1, %0" : "+t"(x) : "u"(y)); break;
	case SQRT: __asm__ volatile("fsqrt" : "=t"(x) : "0"(y)); break;
	case RINT: __asm__ volatile("frndint" : "=t"(x) : "0"(y)); break;
	case NARROW: {
		double d;
		__asm__ volatile("fstpl %0" : "=m"(d) : "t"(y) : "st");
		memcpy(out, &d, 8);
		return;
	}
	}
	memcpy(out, &x, 10);
}

int main(void)
{
	size_t room = 1 << 20, used = 0;
	uint8_t *data = malloc(room);
	for (ssize_t n; (n = read(0, data + used, room - used)) > 0;) {
		used += n;
		if (used == room)
			data = realloc(data, room *= 2);
	}
	size_t count = used / sizeof(struct input);
	const struct input *in = (struct input *)data;
	for (size_t i = 0; i < count; i++, in++) {
		uint8_t out[16] = { 0 };
		if (in->format == 2) {
			uint16_t control = in->control;
			__asm__ volatile("fninit\n\tfldcw %0" : : "m"(control));
			x87op(in, out);
		} else {
			uint32_t control = in->control, normal = 0x1f80;
			double x, y;
			float u, v;
			uint64_t r;
			memcpy(&x, in->a, 8);
			memcpy(&y, in->b, 8);
			memcpy(&u, in->a, 4);
			memcpy(&v, in->b, 4);
			__asm__ volatile("ldmxcsr %0" : : "m"(control));
			r = in->format ? f64op(in->op, x, y) : f32op(in->op, u, v);
			__asm__ volatile("ldmxcsr %0" : : "m"(normal));
			memcpy(out, &r, 8);
		}
		fwrite(out, 1, sizeof out, stdout);
	}
	return 0;
}
