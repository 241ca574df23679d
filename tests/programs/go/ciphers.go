// Ciphers in all modes, keys and signatures that depend on nothing random, and streams of random bytes by their size.
package main

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rc4"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"math/big"
)

// The primes of a key of 1024 bits made for this test alone.
const (
	prime1 = "f48bd0948c42a2ad4cf945e0f2e5f01d72881412769c55f66e35b82b6ab2b177fd41f2585934cf89469ce1b405b9f741d909cf2ef46ad06da4111f4c8a0e614d"
	prime2 = "f46dc790162668cf822338f4b2e43a4ac7054cee7cacf84c8e9e9e6e8e0aa5898aad63bde6d09bd09080b6f4bd6bf270cbb0e8d2547d6546426dfd0558d3f231"
)

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func fill(n int, step byte) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i)*step + 3
	}
	return b
}

func main() {
	blocks()
	sealed()
	signatures()
	curves()
	a, b := make([]byte, 100), make([]byte, 100)
	n, err := rand.Read(a)
	rand.Read(b)
	fmt.Println(n, err, bytes.Equal(a, b), subtle.ConstantTimeCompare(a, a))
}

func blocks() {
	text := fill(160, 5)
	for _, size := range []int{16, 24, 32} {
		c, err := aes.NewCipher(fill(size, 11))
		check(err)
		out := make([]byte, 160)
		c.Encrypt(out, text)
		back := make([]byte, 16)
		c.Decrypt(back, out)
		fmt.Println(hex.EncodeToString(out[:16]), bytes.Equal(back, text[:16]))
		iv := fill(16, 1)
		cipher.NewCBCEncrypter(c, iv).CryptBlocks(out, text)
		sum := sha256.Sum256(out)
		cipher.NewCBCDecrypter(c, iv).CryptBlocks(out, out)
		fmt.Printf("cbc %x %v\n", sum[:8], bytes.Equal(out, text))
		cipher.NewCTR(c, iv).XORKeyStream(out[:157], text[:157])
		sum = sha256.Sum256(out)
		fmt.Printf("ctr %x\n", sum[:8])
		cipher.NewOFB(c, iv).XORKeyStream(out, text)
		sum = sha256.Sum256(out)
		fmt.Printf("ofb %x\n", sum[:8])
		cipher.NewCFBEncrypter(c, iv).XORKeyStream(out, text)
		sum = sha256.Sum256(out)
		fmt.Printf("cfb %x\n", sum[:8])
	}
	d, err := des.NewTripleDESCipher(fill(24, 3))
	check(err)
	out := make([]byte, 8)
	d.Encrypt(out, text)
	r, err := rc4.NewCipher(fill(10, 1))
	check(err)
	stream := make([]byte, 20)
	r.XORKeyStream(stream, stream)
	fmt.Printf("%x %x\n", out, stream)
	_, err = aes.NewCipher(make([]byte, 17))
	fmt.Println(err)
}

func sealed() {
	c, err := aes.NewCipher(fill(16, 7))
	check(err)
	g, err := cipher.NewGCM(c)
	check(err)
	h := sha256.New()
	for n := 0; n < 200; n += 7 {
		box := g.Seal(nil, fill(12, 9), fill(n, 13), fill(n/3, 1))
		h.Write(box)
		plain, err := g.Open(nil, fill(12, 9), box, fill(n/3, 1))
		check(err)
		if !bytes.Equal(plain, fill(n, 13)) {
			fmt.Println("wrong at", n)
		}
		box[0] ^= 1
		if _, err = g.Open(nil, fill(12, 9), box, fill(n/3, 1)); err == nil {
			fmt.Println("a change was not seen at", n)
		}
	}
	fmt.Printf("gcm %x\n", h.Sum(nil))
}

func signatures() {
	private := ed25519.NewKeyFromSeed(fill(32, 1))
	sig := ed25519.Sign(private, []byte("message"))
	public := private.Public().(ed25519.PublicKey)
	fmt.Println(hex.EncodeToString(public), hex.EncodeToString(sig), ed25519.Verify(public, []byte("message"), sig), ed25519.Verify(public, []byte("other"), sig))

	p, _ := new(big.Int).SetString(prime1, 16)
	q, _ := new(big.Int).SetString(prime2, 16)
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	k := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537}, Primes: []*big.Int{p, q}}
	k.D = new(big.Int).ModInverse(big.NewInt(65537), phi)
	k.Precompute()
	check(k.Validate())
	der := x509.MarshalPKCS1PrivateKey(k)
	k, err := x509.ParsePKCS1PrivateKey(der)
	check(err)
	digest := sha256.Sum256([]byte("message"))
	s, err := rsa.SignPKCS1v15(nil, k, crypto.SHA256, digest[:])
	check(err)
	fmt.Println(hex.EncodeToString(s), k.Validate(), rsa.VerifyPKCS1v15(&k.PublicKey, crypto.SHA256, digest[:], s))
	s[5] ^= 1
	fmt.Println(rsa.VerifyPKCS1v15(&k.PublicKey, crypto.SHA256, digest[:], s))
	secret, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, &k.PublicKey, []byte("hidden"), nil)
	check(err)
	plain, err := rsa.DecryptOAEP(sha256.New(), nil, k, secret, nil)
	fmt.Println(string(plain), err)
}

func curves() {
	curve := elliptic.P256()
	x, y := curve.ScalarBaseMult(fill(32, 77))
	x2, y2 := curve.ScalarMult(x, y, fill(32, 3))
	fmt.Printf("%x %x %v\n", x, y2, curve.IsOnCurve(x2, y2))
	k := &ecdsa.PrivateKey{PublicKey: ecdsa.PublicKey{Curve: curve, X: x, Y: y}, D: new(big.Int).SetBytes(fill(32, 77))}
	digest := sha256.Sum256([]byte("signed"))
	sig, err := ecdsa.SignASN1(rand.Reader, k, digest[:])
	check(err)
	fmt.Println(ecdsa.VerifyASN1(&k.PublicKey, digest[:], sig), ecdsa.VerifyASN1(&k.PublicKey, digest[1:], sig))
}
