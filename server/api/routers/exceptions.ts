import { answerException } from '../../exceptions/answer-exception.ts'
import { askException } from '../../exceptions/ask-exception.ts'
import { endException } from '../../exceptions/end-exception.ts'
import { listExceptions } from '../../exceptions/queries.ts'
import {
  answerExceptionSchema,
  askExceptionSchema,
  endExceptionSchema,
  listExceptionsSchema,
} from '../../exceptions/schema.ts'
import { memberProcedure, router } from '../trpc.ts'

/** As the MSP; a client manager asks and answers in the portal's router. */
export const exceptionsRouter = router({
  list: memberProcedure.input(listExceptionsSchema).query(({ ctx, input }) => listExceptions(ctx, input)),
  ask: memberProcedure.input(askExceptionSchema).mutation(({ ctx, input }) => askException(ctx, input, 'msp')),
  answer: memberProcedure.input(answerExceptionSchema).mutation(({ ctx, input }) => answerException(ctx, input, 'msp')),
  end: memberProcedure.input(endExceptionSchema).mutation(({ ctx, input }) => endException(ctx, input)),
})
