//! A root certificate made for this run, and one for `discord.com` that it signs.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// What REST over TLS is served with.
pub(crate) struct Certificate {
    /// The root, in PEM, for the client to trust.
    pub(crate) root_pem: String,
    /// The server's side.
    pub(crate) server: ServerConfig,
}

impl Certificate {
    /// A fresh root, and a certificate for `discord.com` and loopback.
    pub(crate) fn for_discord() -> Result<Self, String> {
        let root_key = KeyPair::generate().map_err(|error| error.to_string())?;
        let mut root = CertificateParams::default();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
        root.distinguished_name.push(DnType::CommonName, "simcord");
        let root_pem = root
            .self_signed(&root_key)
            .map_err(|error| error.to_string())?
            .pem();
        let issuer = Issuer::new(root, root_key);

        let key = KeyPair::generate().map_err(|error| error.to_string())?;
        let names = ["discord.com", "localhost", "127.0.0.1"].map(str::to_owned);
        let leaf = CertificateParams::new(names).map_err(|error| error.to_string())?;
        let leaf = leaf.signed_by(&key, &issuer).map_err(|error| error.to_string())?;
        let secret = PrivateKeyDer::try_from(key.serialize_der()).map_err(str::to_owned)?;

        let provider = rustls::crypto::ring::default_provider();
        let mut server = ServerConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_no_client_auth()
            .with_single_cert(vec![leaf.der().clone()], secret)
            .map_err(|error| error.to_string())?;
        server.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { root_pem, server })
    }
}
