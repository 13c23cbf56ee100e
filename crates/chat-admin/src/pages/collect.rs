//! Reading a list in one call.

use chat_types::Paged;

use super::{PageError, Pages};

/// Methods that read the list in one call.
impl<E: Paged + 'static> Pages<E> {
    /// Reads the list to its end and returns all of its items.
    ///
    /// # Errors
    /// The first page that could not be fetched. The items before it are dropped; to keep them, use
    /// [`collect_into`](Self::collect_into).
    pub async fn all(self) -> Result<Vec<E::Item>, PageError<E::Cursor>> {
        let mut items = Vec::new();
        self.collect_into(&mut items).await?;
        Ok(items)
    }

    /// Reads the list to its end into a collection.
    ///
    /// # Errors
    /// The first page that could not be fetched. The collection then holds all items of the pages
    /// before it and none after it, so a run that starts at [`PageError::cursor`] completes it.
    pub async fn collect_into(
        self,
        items: &mut impl Extend<E::Item>,
    ) -> Result<(), PageError<E::Cursor>> {
        let mut pages = self.pages();
        while let Some(page) = pages.next().await {
            items.extend(page?.items);
        }
        Ok(())
    }

    /// Returns the first `items` items of the list, or all of them if there are fewer. No more pages
    /// are requested than are needed.
    ///
    /// ```no_run
    /// # async fn example(admin: chat_admin::Admin) -> Result<(), Box<dyn std::error::Error>> {
    /// let newest = admin.group("@TGS#2J4SZEAEL").history().first(5).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// The first page that could not be fetched.
    pub async fn first(mut self, items: usize) -> Result<Vec<E::Item>, PageError<E::Cursor>> {
        let mut first = Vec::new();
        if items == 0 {
            return Ok(first);
        }
        let max_size = u32::try_from(items).unwrap_or(u32::MAX);
        self.page_size = self.page_size.map(|size| size.min(max_size));
        let mut pages = self.pages();
        while let Some(page) = pages.next().await {
            first.extend(page?.items);
            if first.len() >= items {
                first.truncate(items);
                break;
            }
        }
        Ok(first)
    }

    /// Reads the list to its end and returns the number of its entries, keeping none.
    ///
    /// Where the service reports the length of a list, the first page already has it as
    /// [`Page::total`](chat_types::Page::total).
    ///
    /// # Errors
    /// The first page that could not be fetched.
    pub async fn count(self) -> Result<u64, PageError<E::Cursor>> {
        let mut count = 0;
        let mut pages = self.pages();
        while let Some(page) = pages.next().await {
            let page = page?;
            count += (page.items.len() + page.unrecognized.len()) as u64;
        }
        Ok(count)
    }
}
