/* Loads and stores: sums and updates of arrays, a linked list in random order, a hash table, a matrix transposed. */
#include "start.h"

#define N 65536
static u64 array[N];
static u32 chain[N];
static u32 table[16384];
static u32 matrix[256][256], turned[256][256];

static u64 kernel(void)
{
	u64 sum = 0;
	u32 seed = 1;
	for (u32 i = 0; i < N; i++)
		chain[i] = i;
	for (u32 i = N - 1; i > 0; i--) {
		seed = seed * 1664525 + 1013904223;
		u32 j = (seed >> 8) % i;
		u32 t = chain[i];
		chain[i] = chain[j];
		chain[j] = t;
	}
	for (int round = 0; round < 30; round++) {
		for (u32 i = 0; i < N; i++)
			array[i] += i ^ round;
		for (u32 i = 0; i < N; i += 2)
			sum += array[i] - array[i + 1];
	}
	for (u32 i = 0, at = 0; i < 2000000; i++) {
		at = chain[at];
		sum += at;
	}
	for (u32 i = 0; i < 600000; i++) {
		u32 key = (i * 2654435761u) >> 4;
		u32 h = key & 16383;
		while (table[h] && table[h] != key && (h & 7) != 7)
			h++;
		table[h] = key;
	}
	for (u32 i = 0; i < 16384; i++)
		sum += table[i];
	for (int round = 0; round < 12; round++) {
		for (u32 i = 0; i < 256; i++)
			for (u32 j = 0; j < 256; j++)
				turned[j][i] = matrix[i][j] + i + round;
		for (u32 i = 0; i < 256; i++)
			for (u32 j = 0; j < 256; j++)
				matrix[i][j] = turned[i][j] ^ j;
	}
	return sum + matrix[7][200];
}
