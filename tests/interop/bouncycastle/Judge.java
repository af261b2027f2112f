/* SPDX-License-Identifier: Apache-2.0 */
/* BouncyCastle's judgement on the samples in a folder, and samples of its own making. */
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Date;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.cms.*;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.ocsp.*;
import org.bouncycastle.cms.*;
import org.bouncycastle.cms.jcajce.*;
import org.bouncycastle.crypto.engines.SM2Engine;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.*;

public final class Judge {
    private static Path dir;

    interface Act {
        boolean good() throws Exception;
    }

    static byte[] read(String name) throws Exception {
        return Files.readAllBytes(dir.resolve(name));
    }

    static void write(String name, byte[] data) throws Exception {
        Files.write(dir.resolve(name), data);
    }

    static boolean holds(Act act) {
        try {
            return act.good();
        } catch (Exception | AssertionError e) {
            return false;
        }
    }

    static void must(String what, Act act) throws Exception {
        if (!act.good())
            throw new IllegalStateException("BouncyCastle refuses: " + what);
        System.out.println("BouncyCastle takes: " + what);
    }

    static void mustNot(String what, Act act) {
        if (holds(act))
            throw new IllegalStateException("BouncyCastle takes although changed: " + what);
    }

    static byte[] flipped(byte[] data, int at) {
        byte[] other = data.clone();
        other[at] ^= 1;
        return other;
    }

    static X509Certificate cert(byte[] der) throws Exception {
        return (X509Certificate)CertificateFactory.getInstance("X.509", "BC")
            .generateCertificate(new ByteArrayInputStream(der));
    }

    static boolean issued(byte[] der, X509Certificate issuer) throws Exception {
        cert(der).verify(issuer.getPublicKey(), "BC");
        return true;
    }

    static boolean crlHolds(byte[] der, X509Certificate issuer, X509Certificate revoked,
                            X509Certificate good) throws Exception {
        X509CRL crl = (X509CRL)CertificateFactory.getInstance("X.509", "BC")
                          .generateCRL(new ByteArrayInputStream(der));
        crl.verify(issuer.getPublicKey(), "BC");
        return crl.isRevoked(revoked) && !crl.isRevoked(good);
    }

    static boolean ocspHolds(byte[] der, byte[] responder, boolean revoked) throws Exception {
        BasicOCSPResp basic = (BasicOCSPResp) new OCSPResp(der).getResponseObject();
        boolean isRevoked = basic.getResponses()[0].getCertStatus() instanceof RevokedStatus;
        return isRevoked == revoked
            && basic.isSignatureValid(
                new JcaContentVerifierProviderBuilder().setProvider("BC").build(
                    new X509CertificateHolder(responder)));
    }

    static boolean signed(byte[] message, byte[] content, byte[] expected) throws Exception {
        CMSSignedData data = new CMSSignedData(new CMSProcessableByteArray(content), message);
        for (SignerInformation signer : data.getSignerInfos().getSigners()) {
            Object found = data.getCertificates().getMatches(signer.getSID()).iterator().next();
            X509CertificateHolder holder = (X509CertificateHolder)found;
            if (!Arrays.equals(holder.getEncoded(), expected))
                return false;
            if (!signer.verify(
                    new JcaSimpleSignerInfoVerifierBuilder().setProvider("BC").build(holder)))
                return false;
        }
        return data.getSignerInfos().size() == 1;
    }

    static byte[] sm2(boolean encrypt, AsymmetricKeyParameter key, byte[] in) throws Exception {
        SM2Engine engine = new SM2Engine(SM2Engine.Mode.C1C3C2);
        engine.init(encrypt, encrypt ? new ParametersWithRandom(key, new SecureRandom()) : key);
        return engine.processBlock(in, 0, in.length);
    }

    static byte[] fixed(BigInteger n) {
        byte[] raw = n.toByteArray(), out = new byte[32];
        int len = Math.min(raw.length, 32);
        System.arraycopy(raw, raw.length - len, out, 32 - len, len);
        return out;
    }

    /* SM2Cipher of GM/T 0009 as the engine's 04 C1 C3 C2, and back. */
    static byte[] fromAsn1(byte[] der) throws Exception {
        ASN1Sequence seq = ASN1Sequence.getInstance(der);
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        out.write(4);
        out.write(fixed(ASN1Integer.getInstance(seq.getObjectAt(0)).getPositiveValue()));
        out.write(fixed(ASN1Integer.getInstance(seq.getObjectAt(1)).getPositiveValue()));
        out.write(ASN1OctetString.getInstance(seq.getObjectAt(2)).getOctets());
        out.write(ASN1OctetString.getInstance(seq.getObjectAt(3)).getOctets());
        return out.toByteArray();
    }

    static byte[] toAsn1(byte[] raw) throws Exception {
        return new DERSequence(new ASN1Encodable[] {
            new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 1, 33))),
            new ASN1Integer(new BigInteger(1, Arrays.copyOfRange(raw, 33, 65))),
            new DEROctetString(Arrays.copyOfRange(raw, 65, 97)),
            new DEROctetString(Arrays.copyOfRange(raw, 97, raw.length))}).getEncoded();
    }

    static byte[] sm4(int mode, byte[] key, byte[] iv, byte[] in) throws Exception {
        Cipher cipher = Cipher.getInstance("SM4/CBC/PKCS5Padding", "BC");
        cipher.init(mode, new SecretKeySpec(key, "SM4"), new IvParameterSpec(iv));
        return cipher.doFinal(in);
    }

    static boolean opens(byte[] message, byte[] key, byte[] content) throws Exception {
        ContentInfo info = ContentInfo.getInstance(message);
        EnvelopedData data = EnvelopedData.getInstance(info.getContent());
        RecipientInfo one = RecipientInfo.getInstance(data.getRecipientInfos().getObjectAt(0));
        KeyTransRecipientInfo who = KeyTransRecipientInfo.getInstance(one.getInfo());
        byte[] session = sm2(false, PrivateKeyFactory.createKey(key),
                             fromAsn1(who.getEncryptedKey().getOctets()));
        EncryptedContentInfo body = data.getEncryptedContentInfo();
        byte[] iv = ASN1OctetString.getInstance(
            body.getContentEncryptionAlgorithm().getParameters()).getOctets();
        return Arrays.equals(content,
            sm4(Cipher.DECRYPT_MODE, session, iv, body.getEncryptedContent().getOctets()));
    }

    static byte[] envelope(X509CertificateHolder to, byte[] content, boolean asn1)
        throws Exception {
        byte[] key = new byte[16], iv = new byte[16];
        new SecureRandom().nextBytes(key);
        new SecureRandom().nextBytes(iv);
        byte[] wrapped =
            sm2(true, PublicKeyFactory.createKey(to.getSubjectPublicKeyInfo()), key);
        KeyTransRecipientInfo who = new KeyTransRecipientInfo(
            new RecipientIdentifier(new IssuerAndSerialNumber(to.toASN1Structure())),
            new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.156.10197.1.301.3")),
            new DEROctetString(asn1 ? toAsn1(wrapped) : wrapped));
        /* Constructed, in chunks, of indefinite length: what a streaming writer makes. */
        EncryptedContentInfo body = new EncryptedContentInfo(PKCSObjectIdentifiersData,
            new AlgorithmIdentifier(GMObjectIdentifiers.sms4_cbc, new DEROctetString(iv)),
            new BEROctetString(sm4(Cipher.ENCRYPT_MODE, key, iv, content)));
        EnvelopedData data = new EnvelopedData(
            null, new DERSet(new RecipientInfo(who)), body, (ASN1Set)null);
        return new ContentInfo(CMSObjectIdentifiers.envelopedData, data).getEncoded("BER");
    }

    static final ASN1ObjectIdentifier PKCSObjectIdentifiersData = CMSObjectIdentifiers.data;

    static byte[] sign(PrivateKey key, X509Certificate cert, byte[] content, boolean embed,
                       boolean plain) throws Exception {
        ContentSigner signer =
            new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(key);
        JcaSignerInfoGeneratorBuilder builder = new JcaSignerInfoGeneratorBuilder(
            new JcaDigestCalculatorProviderBuilder().setProvider("BC").build());
        builder.setDirectSignature(plain);
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addSignerInfoGenerator(builder.build(signer, cert));
        generator.addCertificates(new JcaCertStore(Arrays.asList(cert)));
        return generator.generate(new CMSProcessableByteArray(content), embed).getEncoded();
    }

    static void makeStatus(PrivateKey caKey, byte[] ca, X509Certificate revoked)
        throws Exception {
        Date now = new Date(), later = new Date(now.getTime() + 3600_000L);
        ContentSigner signer =
            new JcaContentSignerBuilder("SM3withSM2").setProvider("BC").build(caKey);
        X509CertificateHolder issuer = new X509CertificateHolder(ca);
        X509v2CRLBuilder crl = new X509v2CRLBuilder(issuer.getSubject(), now);
        crl.setNextUpdate(later);
        crl.addCRLEntry(revoked.getSerialNumber(), now, CRLReason.keyCompromise);
        write("bc.crl", crl.build(signer).getEncoded());
        CertificateID id = new CertificateID(
            new JcaDigestCalculatorProviderBuilder().setProvider("BC").build().get(
                CertificateID.HASH_SHA1),
            issuer, revoked.getSerialNumber());
        BasicOCSPRespBuilder basic = new BasicOCSPRespBuilder(new RespID(issuer.getSubject()));
        basic.addResponse(id, new RevokedStatus(now, CRLReason.keyCompromise), now, later, null);
        BasicOCSPResp answer = basic.build(signer, null, now);
        write("bc.ocsp", new OCSPRespBuilder().build(OCSPRespBuilder.SUCCESSFUL, answer)
                             .getEncoded());
    }

    static PrivateKey key(String name) throws Exception {
        return KeyFactory.getInstance("EC", "BC").generatePrivate(
            new PKCS8EncodedKeySpec(read(name)));
    }

    public static void main(String[] args) throws Exception {
        dir = Path.of(args[0]);
        Security.addProvider(new BouncyCastleProvider());
        byte[] content = read("content"), sign = read("sign.der"), enc = read("enc.der");
        X509Certificate root = cert(read("root.der")), ca = cert(read("ca.der"));

        must("root certificate", () -> issued(read("root.der"), root));
        must("authority's certificate", () -> issued(read("ca.der"), root));
        for (byte[] der : new byte[][] {sign, enc}) {
            must("holder's certificate", () -> issued(der, ca));
            for (int i = 0; i < der.length; i += 5) {
                int at = i;
                mustNot("certificate, byte " + i, () -> issued(flipped(der, at), ca));
            }
        }
        byte[] crl = read("ca.crl");
        must("CRL", () -> crlHolds(crl, ca, cert(enc), cert(sign)));
        for (int i = 4; i < crl.length; i += 7) {
            int at = i;
            mustNot("CRL, byte " + i, () -> crlHolds(flipped(crl, at), ca, cert(enc), cert(sign)));
        }
        byte[] good = read("good.ocsp"), responder = read("ocsp.der");
        must("OCSP, good", () -> ocspHolds(good, responder, false));
        must("OCSP, revoked", () -> ocspHolds(read("revoked.ocsp"), responder, true));
        mustNot("OCSP", () -> ocspHolds(flipped(good, 100), responder, false));

        byte[] cms = read("content.cms");
        must("CMS SignedData", () -> signed(cms, content, sign));
        mustNot("content", () -> signed(cms, flipped(content, 5000), sign));
        for (int i = 1; i < 64; i++) {
            int at = cms.length - i;
            mustNot("signature", () -> signed(flipped(cms, at), content, sign));
        }
        byte[] enveloped = read("content.enc"), encKey = read("enc.key");
        must("CMS EnvelopedData", () -> opens(enveloped, encKey, content));
        mustNot("ciphertext",
                () -> opens(flipped(enveloped, enveloped.length - 20), encKey, content));

        PrivateKey signKey = key("sign.key");
        write("bc-detached.cms", sign(signKey, cert(sign), content, false, false));
        write("bc-embedded.cms", sign(signKey, cert(sign), content, true, false));
        write("bc-plain.cms", sign(signKey, cert(sign), content, false, true));
        write("bc-asn1.enc", envelope(new X509CertificateHolder(enc), content, true));
        write("bc-raw.enc", envelope(new X509CertificateHolder(enc), content, false));
        makeStatus(key("ca.key"), read("ca.der"), cert(sign));
    }
}
