/* SPDX-License-Identifier: Apache-2.0 */
/* BouncyCastle's judgement on the RSA of a token, and keys of its own making for it (rsa_client.c
 * names the files). */
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.*;
import org.bouncycastle.crypto.encodings.PKCS1Encoding;
import org.bouncycastle.crypto.engines.RSAEngine;
import org.bouncycastle.crypto.engines.SM4Engine;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.paddings.PaddedBufferedBlockCipher;
import org.bouncycastle.crypto.params.*;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;

public final class JudgeRsa {
    private static final SecureRandom random = new SecureRandom();
    private static Path dir;

    static byte[] read(String name) throws Exception {
        return Files.readAllBytes(dir.resolve(name));
    }

    static void write(String name, byte[] data) throws Exception {
        Files.write(dir.resolve(name), data);
    }

    static RSAKeyParameters publicKey(String name) throws Exception {
        return new RSAKeyParameters(false, new BigInteger(1, read(name)),
                                    BigInteger.valueOf(65537));
    }

    static byte[] pkcs1(boolean wrap, CipherParameters key, byte[] in) throws Exception {
        PKCS1Encoding cipher = new PKCS1Encoding(new RSAEngine());
        cipher.init(wrap, wrap ? new ParametersWithRandom(key, random) : key);
        return cipher.processBlock(in, 0, in.length);
    }

    static byte[] sm4(byte[] key, byte[] in) {
        SM4Engine engine = new SM4Engine();
        engine.init(true, new KeyParameter(key));
        byte[] out = new byte[in.length];
        for (int at = 0; at < in.length; at += 16)
            engine.processBlock(in, at, out, at);
        return out;
    }

    static byte[] padded(byte[] key, byte[] in) throws Exception {
        PaddedBufferedBlockCipher cipher = new PaddedBufferedBlockCipher(new SM4Engine());
        cipher.init(true, new KeyParameter(key));
        byte[] out = new byte[cipher.getOutputSize(in.length)];
        int n = cipher.processBytes(in, 0, in.length, out, 0);
        return Arrays.copyOf(out, n + cipher.doFinal(out, n));
    }

    static byte[] fresh(int len) {
        byte[] bytes = new byte[len];
        random.nextBytes(bytes);
        return bytes;
    }

    static boolean verifies(Digest digest, ASN1ObjectIdentifier oid, byte[] content, byte[] sig)
        throws Exception {
        RSADigestSigner signer = new RSADigestSigner(digest, oid);
        signer.init(false, publicKey("modulus"));
        signer.update(content, 0, content.length);
        return signer.verifySignature(sig);
    }

    static void judge(String name, Digest digest, ASN1ObjectIdentifier oid) throws Exception {
        byte[] content = read("content"), sig = read(name + ".sig");
        must(name + " signature", verifies(digest, oid, content, sig));
        content[7] ^= 1;
        must(name + " signature of something else refused", !verifies(digest, oid, content, sig));
        content[7] ^= 1;
        sig[100] ^= 1;
        must(name + " signature changed refused", !verifies(digest, oid, content, sig));
    }

    static void must(String what, boolean good) {
        if (!good)
            throw new IllegalStateException("BouncyCastle: not so: " + what);
        System.out.println("BouncyCastle: " + what);
    }

    /* A pair for the token, and a session key for that pair. */
    static void make() throws Exception {
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(
            new RSAKeyGenerationParameters(BigInteger.valueOf(65537), random, 2048, 100));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        byte[] info = PrivateKeyInfoFactory.createPrivateKeyInfo(pair.getPrivate()).getEncoded();
        byte[] wrapping = fresh(16), session = fresh(16);
        BigInteger n = ((RSAKeyParameters)pair.getPublic()).getModulus();
        byte[] raw = n.toByteArray();
        write("peer", Arrays.copyOfRange(raw, raw.length - 256, raw.length));
        write("peer.key", info);
        write("pair.wrapped", pkcs1(true, publicKey("modulus"), wrapping));
        write("pair.cipher", padded(wrapping, info));
        write("session.wrapped", pkcs1(true, pair.getPublic(), session));
        write("session", session);
        write("block", fresh(16));
    }

    public static void main(String[] args) throws Exception {
        dir = Path.of(args[1]);
        if (args[0].equals("make")) {
            judge("sm3", new SM3Digest(), GMObjectIdentifiers.sm3);
            judge("sha1", new SHA1Digest(), OIWObjectIdentifiers.idSHA1);
            judge("sha256", new SHA256Digest(), NISTObjectIdentifiers.id_sha256);
            make();
            return;
        }
        byte[] block = read("block");
        must("its pair and its session key are in the token",
             Arrays.equals(read("session.out"), sm4(read("session"), block)));
        byte[] exported =
            pkcs1(false, PrivateKeyFactory.createKey(read("peer.key")), read("export.wrapped"));
        must("the token's session key opens", exported.length == 16);
        must("and it is the token's", Arrays.equals(read("export.out"), sm4(exported, block)));
    }
}
