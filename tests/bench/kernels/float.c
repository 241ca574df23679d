/* Double arithmetic: bodies under gravity, the Mandelbrot set, a matrix product. */
#include "start.h"

struct body { double x, y, z, vx, vy, vz, m; };
static struct body sun[5] = {
	{0, 0, 0, 0, 0, 0, 39.47}, {4.84, -1.16, -0.1, 0.6, 2.81, -0.02, 0.037},
	{8.34, 4.12, -0.4, -1.01, 1.82, 0.008, 0.011}, {12.89, -15.11, -0.22, 1.08, 0.86, -0.01, 0.0017},
	{15.37, -25.9, 0.179, 0.979, 0.594, -0.034, 0.002},
};
static double a[48][48], b[48][48], c[48][48];

static double root(double v)
{
	double r;
#ifdef __x86_64__
	__asm__("sqrtsd %1, %0" : "=x"(r) : "x"(v));
#else
	__asm__("fsqrt %d0, %d1" : "=w"(r) : "w"(v));
#endif
	return r;
}
static void advance(double dt)
{
	for (int i = 0; i < 5; i++) {
		for (int j = i + 1; j < 5; j++) {
			double dx = sun[i].x - sun[j].x, dy = sun[i].y - sun[j].y, dz = sun[i].z - sun[j].z;
			double d2 = dx * dx + dy * dy + dz * dz, mag = dt / (d2 * root(d2));
			sun[i].vx -= dx * sun[j].m * mag;
			sun[i].vy -= dy * sun[j].m * mag;
			sun[i].vz -= dz * sun[j].m * mag;
			sun[j].vx += dx * sun[i].m * mag;
			sun[j].vy += dy * sun[i].m * mag;
			sun[j].vz += dz * sun[i].m * mag;
		}
	}
	for (int i = 0; i < 5; i++) {
		sun[i].x += dt * sun[i].vx;
		sun[i].y += dt * sun[i].vy;
		sun[i].z += dt * sun[i].vz;
	}
}

static u64 kernel(void)
{
	u64 sum = 0;
	for (int i = 0; i < 12000; i++)
		advance(0.001);
	for (int py = 0; py < 96; py++) {
		for (int px = 0; px < 128; px++) {
			double cx = px / 48.0 - 2, cy = py / 48.0 - 1, x = 0, y = 0;
			int n = 0;
			while (n < 60 && x * x + y * y < 4) {
				double t = x * x - y * y + cx;
				y = 2 * x * y + cy;
				x = t;
				n++;
			}
			sum += n;
		}
	}
	for (int i = 0; i < 48; i++)
		for (int j = 0; j < 48; j++)
			a[i][j] = i - j, b[i][j] = i * 0.5 + j;
	for (int round = 0; round < 6; round++) {
		for (int i = 0; i < 48; i++)
			for (int j = 0; j < 48; j++) {
				double s = 0;
				for (int k = 0; k < 48; k++)
					s += a[i][k] * b[k][j];
				c[i][j] = s;
			}
		sum += (i64)c[round][round];
	}
	return sum + (i64)(sun[0].x * 1e9) + (i64)(sun[3].vy * 1e9);
}
