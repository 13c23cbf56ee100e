//! From a document to the text of a UserSig, and back: zlib inside of base64 with an alphabet of
//! its own.
//!
//! Reading is strict, so that a UserSig that was changed on its way does not pass as the same one:
//! base64 in its one canonical form, nothing behind the compressed data, no bit set that inflating
//! would ignore.

use std::{borrow::Cow, cell::RefCell};

use base64::{
    DecodeError, Engine as _,
    alphabet::{Alphabet, Symbol},
    engine::{GeneralPurpose, general_purpose::PAD},
};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use zeroize::Zeroizing;

use crate::{Malformed, SignError, Step, UserSig, document::Document};

/// Compresses a document and writes it as text.
pub(crate) fn pack(document: &Document<'_>) -> Result<UserSig, SignError> {
    let mut json = Zeroizing::new(Vec::with_capacity(USUAL_DOCUMENT));
    serde_json::to_writer(&mut *json, document)
        .map_err(|error| SignError::Encoding(error.to_string()))?;
    if json.len() > MAX_DOCUMENT {
        return Err(SignError::too_long("document", json.len(), MAX_DOCUMENT));
    }
    let compressed = deflate(&json)?;
    Ok(UserSig::from(TEXT.encode(&*compressed)))
}

/// Takes the text apart down to the JSON of its document.
pub(crate) fn unpack(text: &str) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    if text.is_empty() {
        return Err(Malformed::new(Step::Text, "it is empty"));
    }
    if text.len() > MAX_TEXT {
        return Err(Malformed::new(Step::Text, format!("it is longer than {MAX_TEXT} characters")));
    }
    let compressed = TEXT
        .decode(text)
        .map(Zeroizing::new)
        .map_err(|error| Malformed::new(Step::Text, describe(&error)))?;
    let json = inflate(&compressed)?;
    if has_ignored_bits(&compressed, &json) {
        return Err(not_inflated("bits are set in its compressed data that no maker sets"));
    }
    Ok(json)
}

fn deflate(json: &[u8]) -> Result<Zeroizing<Vec<u8>>, SignError> {
    // A literal takes nine bits at worst.
    let room = json.len() + json.len() / 8 + 64;
    let mut compressed = Zeroizing::new(Vec::with_capacity(room));
    let mut run = |deflate: &mut Compress| {
        deflate.reset();
        deflate.compress_vec(json, &mut compressed, FlushCompress::Finish)
    };
    let status = DEFLATE
        .try_with(|deflate| run(&mut deflate.borrow_mut()))
        // Only a thread that is ending comes here: its own compressor is gone already.
        .unwrap_or_else(|_| run(&mut new_compressor()));
    match status {
        Ok(Status::StreamEnd) => Ok(compressed),
        Ok(_) => Err(SignError::Encoding("deflate did not end".into())),
        Err(error) => Err(SignError::Encoding(error.to_string())),
    }
}

fn inflate(compressed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Malformed> {
    let mut inflate = Decompress::new(true);
    let mut json = Zeroizing::new(Vec::with_capacity(USUAL_DOCUMENT));
    loop {
        let taken = usize::try_from(inflate.total_in()).unwrap_or(usize::MAX);
        let rest = compressed.get(taken..).unwrap_or_default();
        let status =
            inflate.decompress_vec(rest, &mut json, FlushDecompress::None).map_err(|error| {
                not_inflated(format!("its compressed data cannot be read: {error}"))
            })?;
        let length = json.len();
        if length > MAX_DOCUMENT {
            return Err(not_inflated(format!("its document is larger than {MAX_DOCUMENT} bytes")));
        }
        match status {
            Status::StreamEnd if inflate.total_in() == compressed.len() as u64 => return Ok(json),
            Status::StreamEnd => {
                return Err(not_inflated("more follows behind its compressed data"));
            }
            _ if length == json.capacity() => json.reserve_exact(length),
            _ => return Err(not_inflated("its compressed data is cut off")),
        }
    }
}

/// Whether a bit is set that inflating does not look at.
///
/// There are two such places: between the header of a stored block and its bytes, and between the
/// end of the last block and the checksum. Every compressor leaves zeros there. In the second
/// place the bit is found by clearing the highest one: it was ignored if that changes nothing.
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

fn describe(error: &DecodeError) -> Cow<'static, str> {
    match *error {
        DecodeError::InvalidByte(at, byte @ (b'+' | b'/' | b'=')) => format!(
            "character {at} is `{}`, as in plain base64, where a UserSig has `*`, `-` or `_`",
            char::from(byte)
        )
        .into(),
        DecodeError::InvalidByte(at, _) => format!("character {at} does not belong there").into(),
        DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => "its end is cut off".into(),
        DecodeError::InvalidLastSymbol { .. } => "its last character is damaged".into(),
    }
}

fn not_inflated(what: impl Into<Cow<'static, str>>) -> Malformed {
    Malformed::new(Step::Compression, what)
}

/// Level 1 is four times as fast as level 6 here, and three bytes longer.
fn new_compressor() -> Compress {
    Compress::new(Compression::fast(), true)
}

thread_local! {
    /// Building a compressor costs more than using it, so each thread that signs keeps one: some
    /// 300 KiB, no lock, and a `Signer` stays a few words that any number of threads can share.
    static DEFLATE: RefCell<Compress> = RefCell::new(new_compressor());
}

/// Standard base64 but for three characters: `*` for `+`, `-` for `/`, `_` for `=`.
const TEXT: GeneralPurpose = {
    let symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-";
    let Some(padding) = Symbol::new(b'_') else {
        panic!("an underscore is printable");
    };
    match Alphabet::new_with_padding(symbols, padding) {
        Ok(alphabet) => GeneralPurpose::new(&alphabet, PAD),
        Err(_) => panic!("the alphabet has 64 different symbols"),
    }
};

/// No honest document comes near; it keeps a few bytes from inflating to gigabytes.
pub(crate) const MAX_DOCUMENT: usize = 64 * 1024;

/// Room for the base64 of a document that does not compress at all.
const MAX_TEXT: usize = 2 * MAX_DOCUMENT;

/// What most documents fit in, so that their buffers never grow.
const USUAL_DOCUMENT: usize = 512;

const ZLIB_HEADER: usize = 2;
const CHECKSUM: usize = 4;
