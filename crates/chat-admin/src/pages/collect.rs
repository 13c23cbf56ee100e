use chat_types::Paged;
use futures_util::TryStreamExt;

use super::{PageError, Pages};

/// A list as a whole.
impl<E: Paged + 'static> Pages<E> {
    /// Reads the list to its end and keeps all of it.
    ///
    /// # Errors
    /// The first page that could not be fetched. What came before it is dropped; to keep it, use
    /// [`collect_into`](Self::collect_into).
    pub async fn all(self) -> Result<Vec<E::Item>, PageError> {
        let mut items = Vec::new();
        self.collect_into(&mut items).await?;
        Ok(items)
    }

    /// Reads the list to its end into a collection.
    ///
    /// # Errors
    /// The first page that could not be fetched. The collection then has all items of the pages
    /// before it and none of those behind, so that a run from [`PageError::cursor`] completes it.
    pub async fn collect_into(self, items: &mut impl Extend<E::Item>) -> Result<(), PageError> {
        let mut pages = self.by_page();
        while let Some(page) = pages.try_next().await? {
            items.extend(page.items);
        }
        Ok(())
    }

    /// The first items of the list, all of them if there are fewer than that. No more is asked for
    /// than is needed.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), chat_admin::PageError> {
    /// let newest = admin.group("@TGS#2J4SZEAEL").history().first(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first page that could not be fetched.
    pub async fn first(mut self, items: usize) -> Result<Vec<E::Item>, PageError> {
        let mut first = Vec::new();
        if items == 0 {
            return Ok(first);
        }
        let most = u32::try_from(items).unwrap_or(u32::MAX);
        self.page_size = self.page_size.map(|size| size.min(most));
        let mut pages = self.by_page();
        while let Some(page) = pages.try_next().await? {
            first.extend(page.items);
            if first.len() >= items {
                first.truncate(items);
                break;
            }
        }
        Ok(first)
    }

    /// Reads the list to its end and counts its items, keeping none. Where the service tells the
    /// length of a list ([`Page::total`](chat_types::Page::total)), the first page has it at once.
    ///
    /// # Errors
    /// The first page that could not be fetched.
    pub async fn count(self) -> Result<u64, PageError> {
        let mut count = 0;
        let mut pages = self.by_page();
        while let Some(page) = pages.try_next().await? {
            count += page.items.len() as u64;
        }
        Ok(count)
    }
}
