//! Encodes a document as a UserSig and decodes it again: JSON, compressed with zlib, in base64 with a
//! custom alphabet.
//!
//! Decoding is strict, so that a UserSig that was changed in transit is not accepted as the same one:
//! base64 must be canonical, nothing may follow the compressed data, and no bit may be set that
//! inflating would ignore.

use std::{borrow::Cow, cell::RefCell};

use base64::{
    DecodeError as Base64Error, Engine as _,
    alphabet::{Alphabet, Symbol},
    engine::{GeneralPurpose, general_purpose::PAD},
};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use zeroize::Zeroizing;

use crate::{DecodeError, Layer, SignError, UserSig, document::Document};

/// Encodes a document as a UserSig.
pub(crate) fn encode(document: &Document<'_>) -> Result<UserSig, SignError> {
    let mut json = Zeroizing::new(Vec::with_capacity(TYPICAL_DOCUMENT));
    serde_json::to_writer(&mut *json, document)
        .map_err(|error| SignError::Encoding(error.to_string()))?;
    if json.len() > MAX_DOCUMENT {
        return Err(SignError::too_long("document", json.len(), MAX_DOCUMENT));
    }
    let compressed = deflate(&json)?;
    Ok(UserSig::from(USERSIG_BASE64.encode(&*compressed)))
}

/// Decodes a UserSig to the JSON of its document.
pub(crate) fn decode(text: &str) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
    if text.is_empty() {
        return Err(DecodeError::malformed(Layer::Base64, "it is empty"));
    }
    if text.len() > MAX_TEXT {
        return Err(DecodeError::malformed(
            Layer::Base64,
            format!("it is longer than {MAX_TEXT} characters"),
        ));
    }
    let compressed = USERSIG_BASE64
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|error| DecodeError::malformed(Layer::Base64, describe(&error)))?;
    let json = inflate(&compressed)?;
    if has_ignored_bits(&compressed, &json) {
        return Err(invalid_zlib("bits are set in its compressed data that no encoder sets"));
    }
    Ok(json)
}

fn deflate(json: &[u8]) -> Result<Zeroizing<Vec<u8>>, SignError> {
    // A literal takes at most nine bits.
    let capacity = json.len() + json.len() / 8 + 64;
    let mut compressed = Zeroizing::new(Vec::with_capacity(capacity));
    let mut run = |deflate: &mut Compress| {
        deflate.reset();
        deflate.compress_vec(json, &mut compressed, FlushCompress::Finish)
    };
    let status = DEFLATE
        .try_with(|deflate| run(&mut deflate.borrow_mut()))
        // Only a thread that is shutting down gets here: its own compressor is already gone.
        .unwrap_or_else(|_| run(&mut new_compressor()));
    match status {
        Ok(Status::StreamEnd) => Ok(compressed),
        Ok(_) => Err(SignError::Encoding("deflate did not finish".into())),
        Err(error) => Err(SignError::Encoding(error.to_string())),
    }
}

fn inflate(compressed: &[u8]) -> Result<Zeroizing<Vec<u8>>, DecodeError> {
    let mut inflate = Decompress::new(true);
    let mut json = Zeroizing::new(Vec::with_capacity(TYPICAL_DOCUMENT));
    loop {
        let taken = usize::try_from(inflate.total_in()).unwrap_or(usize::MAX);
        let rest = compressed.get(taken..).unwrap_or_default();
        let status =
            inflate.decompress_vec(rest, &mut json, FlushDecompress::None).map_err(|error| {
                invalid_zlib(format!("its compressed data cannot be read: {error}"))
            })?;
        let length = json.len();
        if length > MAX_DOCUMENT {
            return Err(invalid_zlib(format!("its document is larger than {MAX_DOCUMENT} bytes")));
        }
        match status {
            Status::StreamEnd if inflate.total_in() == compressed.len() as u64 => return Ok(json),
            Status::StreamEnd => {
                return Err(invalid_zlib("data follows its compressed data"));
            }
            _ if length == json.capacity() => json.reserve_exact(length),
            _ => return Err(invalid_zlib("its compressed data is truncated")),
        }
    }
}

/// Returns whether a bit is set that inflating ignores.
///
/// Such bits can be in two locations: between the header of a stored block and its bytes, and between
/// the end of the last block and the checksum. Every compressor leaves zeros there. In the second
/// location, clearing the highest bit that is set shows whether it was ignored: then nothing changes.
fn has_ignored_bits(compressed: &[u8], json: &[u8]) -> bool {
    const BLOCK_TYPE: u8 = 0b110;
    let first = compressed.get(ZLIB_HEADER).copied().unwrap_or(0);
    if first & BLOCK_TYPE == 0 && first >> 3 != 0 {
        return true;
    }
    let mut twin = Zeroizing::new(compressed.to_vec());
    let Some(last) = twin.iter_mut().rev().nth(CHECKSUM).filter(|last| **last != 0) else {
        return false;
    };
    *last &= !(0x80 >> last.leading_zeros());
    inflate(&twin).is_ok_and(|twin| *twin == json)
}

fn describe(error: &Base64Error) -> Cow<'static, str> {
    match *error {
        Base64Error::InvalidByte(at, byte @ (b'+' | b'/' | b'=')) => format!(
            "character {at} is `{}`, as in standard base64, where a UserSig has `*`, `-`, or `_`",
            char::from(byte)
        )
        .into(),
        Base64Error::InvalidByte(at, _) => format!("character {at} is not in the alphabet").into(),
        Base64Error::InvalidLength(_) | Base64Error::InvalidPadding => "it is truncated".into(),
        Base64Error::InvalidLastSymbol { .. } => "its last character is corrupt".into(),
    }
}

fn invalid_zlib(reason: impl Into<Cow<'static, str>>) -> DecodeError {
    DecodeError::malformed(Layer::Zlib, reason)
}

/// Level 1 is four times as fast as level 6 here, and its output is three bytes longer.
fn new_compressor() -> Compress {
    Compress::new(Compression::fast(), true)
}

thread_local! {
    /// Creating a compressor costs more than using it, so each thread that signs keeps one. It takes
    /// about 300 KiB and no lock, and a `Signer` remains a few words that any number of threads can
    /// share.
    static DEFLATE: RefCell<Compress> = RefCell::new(new_compressor());
}

/// Standard base64 with three other characters: `*` for `+`, `-` for `/`, `_` for `=`.
const USERSIG_BASE64: GeneralPurpose = {
    let symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
    let Some(padding) = Symbol::new(b'_') else {
        panic!("an underscore is printable");
    };
    match Alphabet::new_with_padding(symbols, padding) {
        Ok(alphabet) => GeneralPurpose::new(&alphabet, PAD),
        Err(_) => panic!("the alphabet has 64 different symbols"),
    }
};

/// The largest document, in bytes. Genuine ones are far smaller; the limit keeps a few bytes from
/// inflating to gigabytes.
pub(crate) const MAX_DOCUMENT: usize = 64 * 1024;

/// The longest UserSig, in characters: room for a document that does not compress at all.
const MAX_TEXT: usize = 2 * MAX_DOCUMENT;

/// The size that most documents fit in, so that their buffers never grow.
const TYPICAL_DOCUMENT: usize = 512;

const ZLIB_HEADER: usize = 2;
const CHECKSUM: usize = 4;
