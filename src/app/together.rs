//! People who act at the same time share one commit.
//!
//! A commit waits for the disk, and while it waits others ask. Whoever has the turn takes all that have asked by then
//! and answers them together; nobody waits for company, and nobody alone is slower for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// Questions that wait to be answered together.
#[derive(Debug)]
pub(super) struct Together<Q, A> {
    waiting: Mutex<Vec<(Q, oneshot::Sender<A>)>>,
    turn: tokio::sync::Mutex<()>,
}

/// The most that are answered with one commit, so that the first of them is not kept waiting.
const MOST: usize = 64;

impl<Q, A> Default for Together<Q, A> {
    fn default() -> Self {
        Self {
            waiting: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }
}

impl<Q: Clone, A> Together<Q, A> {
    /// Asks `question`. Whoever has the turn calls `answer` with all that wait, and `answer` returns one answer to each,
    /// in their order.
    ///
    /// A caller that is dropped while it answers leaves the others without one; they ask again.
    pub(super) async fn ask<F, W>(&self, question: Q, answer: F) -> A
    where
        F: Fn(Vec<Q>) -> W,
        W: Future<Output = Vec<A>>,
    {
        loop {
            let (sender, mut receiver) = oneshot::channel();
            self.waiting().push((question.clone(), sender));
            let _turn = self.turn.lock().await;
            loop {
                match receiver.try_recv() {
                    Ok(answer) => return answer,
                    Err(oneshot::error::TryRecvError::Closed) => break,
                    Err(oneshot::error::TryRecvError::Empty) => {}
                }
                let (questions, senders) = self.take();
                let answers = answer(questions).await;
                for (sender, answer) in senders.into_iter().zip(answers) {
                    // Whoever has gone away needs no answer.
                    drop(sender.send(answer));
                }
            }
        }
    }

    /// Those that have waited longest.
    fn take(&self) -> (Vec<Q>, Vec<oneshot::Sender<A>>) {
        let mut waiting = self.waiting();
        let most = waiting.len().min(MOST);
        waiting.drain(..most).unzip()
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<(Q, oneshot::Sender<A>)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::pin::pin;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    use super::*;

    /// Answers with the question and the number of those that were answered with it.
    fn with_company(questions: Vec<usize>) -> std::future::Ready<Vec<(usize, usize)>> {
        let company = questions.len();
        ready(
            questions
                .into_iter()
                .map(|question| (question, company))
                .collect(),
        )
    }

    #[tokio::test]
    async fn alone_one_is_answered_alone() {
        assert_eq!(Together::default().ask(7, with_company).await, (7, 1));
    }

    #[tokio::test]
    async fn what_was_asked_during_an_answer_is_answered_together() {
        let together: Together<usize, (usize, usize)> = Together::default();
        let (open, gate) = tokio::sync::watch::channel(false);
        let rounds = AtomicUsize::new(0);
        let answer = |questions: Vec<usize>| {
            let first = rounds.fetch_add(1, Ordering::Relaxed) == 0;
            let mut gate = gate.clone();
            async move {
                if first {
                    gate.wait_for(|open| *open).await.ok();
                }
                with_company(questions).await
            }
        };
        let mut asked: Vec<_> = (0..150)
            .map(|question| Box::pin(together.ask(question, answer)))
            .collect();
        let mut context = Context::from_waker(Waker::noop());
        for ask in &mut asked {
            assert!(ask.as_mut().poll(&mut context).is_pending());
        }
        open.send_replace(true);
        let mut answers = Vec::new();
        for ask in asked {
            answers.push(ask.await);
        }
        let questions: Vec<usize> = answers.iter().map(|(question, _)| *question).collect();
        assert_eq!(questions, (0..150).collect::<Vec<_>>());
        assert_eq!(answers[0].1, 1);
        assert!(answers.iter().all(|(_, company)| *company <= MOST));
        assert_eq!(rounds.load(Ordering::Relaxed), 4, "1, then 149 in batches of 64");
    }

    #[tokio::test]
    async fn a_caller_that_goes_away_takes_nobody_along() {
        let together: Together<usize, (usize, usize)> = Together::default();
        let mut context = Context::from_waker(Waker::noop());
        let mut first = Box::pin(together.ask(1, |_| pending()));
        assert!(first.as_mut().poll(&mut context).is_pending());
        let mut second = pin!(together.ask(2, with_company));
        assert!(matches!(second.as_mut().poll(&mut context), Poll::Pending));
        drop(first);
        assert_eq!(second.await, (2, 1));
    }
}
