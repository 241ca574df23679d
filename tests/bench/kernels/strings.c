/* Bytes: text scanned into words, compared, counted, sorted, searched, turned into numbers and back. */
#include "start.h"

static char text[32768];
static char *words[8192];
static u32 counts[256];

static u64 length(const char *s)
{
	const char *p = s;
	while (*p)
		p++;
	return p - s;
}
static int compare(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (u8)*a - (u8)*b;
}
static void sort(char **w, i64 n)
{
	for (; n > 1;) {
		char *pivot = w[n / 2];
		i64 i = 0, j = n - 1;
		while (i <= j) {
			while (compare(w[i], pivot) < 0)
				i++;
			while (compare(w[j], pivot) > 0)
				j--;
			if (i <= j) {
				char *t = w[i];
				w[i++] = w[j];
				w[j--] = t;
			}
		}
		sort(w, j + 1);
		w += i;
		n -= i;
	}
}
static u64 digits(u64 v, char *to)
{
	char b[24];
	u64 n = 0, k = 0;
	do
		b[n++] = '0' + v % 10;
	while (v /= 10);
	while (n)
		to[k++] = b[--n];
	to[k] = 0;
	return k;
}

static u64 kernel(void)
{
	u64 sum = 0;
	u32 seed = 12345;
	for (int round = 0; round < 12; round++) {
		u32 n = 0, at = 0;
		while (at < sizeof text - 16) {
			seed = seed * 1103515245 + 12345;
			u32 len = 2 + (seed >> 16) % 7;
			words[n++] = text + at;
			for (u32 i = 0; i < len; i++) {
				seed = seed * 1103515245 + 12345;
				text[at++] = 'a' + (seed >> 20) % 26;
			}
			text[at++] = 0;
		}
		sort(words, n);
		for (u32 i = 0; i < n; i++)
			sum = sum * 31 + length(words[i]) + (u8)words[i][0];
		for (u32 i = 0; i < at; i++)
			counts[(u8)text[i]]++;
		for (u32 i = 0; i + 3 < at; i++)
			if (text[i] == 'a' && text[i + 1] == 'b')
				sum += i;
		char line[32];
		for (u64 i = 0; i < 6000; i++) {
			u64 v = 0, k = digits(i * 7919, line);
			for (u64 j = 0; j < k; j++)
				v = v * 10 + line[j] - '0';
			sum += v;
		}
		char copy[512];
		for (u32 i = 0; i + 512 < at; i += 512) {
			memcpy(copy, text + i, 512);
			sum += copy[i & 511];
		}
	}
	return sum + counts['e'];
}
